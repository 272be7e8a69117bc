// SPDX-License-Identifier: Apache-2.0
// DPDK's crypto devices behind the burst interface: what they make is what libsodium makes, and what goes wrong in them
// gives nothing away.
#include "aead/cryptodev_backends.hpp"
#include "aead_burst.hpp"
#include "aead_checks.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/secret.hpp>

#include <rte_mempool.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret;          // NOLINT(google-build-using-namespace)
using namespace egret::crypto;  // NOLINT(google-build-using-namespace)
using namespace egret::test;    // NOLINT(google-build-using-namespace)

namespace {

using KeyBytes = std::array<std::byte, kAeadKeySize>;
using Engine = std::mt19937_64;

void open_devices() {
    open_crypto_devices([](std::string_view device, const std::string& why) {
        std::printf("SKIP %s: %s\n", std::string(device).c_str(), why.c_str());
    });
}

KeyBytes random_key(Engine& engine) {
    KeyBytes key;
    std::generate(key.begin(), key.end(), [&] { return static_cast<std::byte>(engine()); });
    return key;
}

bool all_zero(std::span<const std::byte> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) {
        return byte == std::byte{0};
    });
}

/// How often `bytes` lie in the sessions of all devices.
size_t times_in_sessions(const KeyBytes& bytes) {
    struct Search {
        const KeyBytes& bytes;
        size_t found;
    } search{bytes, 0};

    const auto in_chunk = [](rte_mempool*, void* what, rte_mempool_memhdr* chunk, unsigned) {
        auto& here = *static_cast<Search*>(what);
        const auto* at = static_cast<const std::byte*>(chunk->addr);
        const auto* const end = at + chunk->len;
        while ((at = std::search(at, end, here.bytes.begin(), here.bytes.end())) != end) {
            ++here.found;
            ++at;
        }
    };

    struct Walk {
        Search& search;
        rte_mempool_mem_cb_t* in_chunk;
    } walk{search, in_chunk};

    rte_mempool_walk(
        [](rte_mempool* pool, void* what) {
            if (std::strncmp(pool->name, "sessions", std::strlen("sessions")) == 0) {
                auto& here = *static_cast<Walk*>(what);
                rte_mempool_mem_iter(pool, here.in_chunk, &here.search);
            }
        },
        &walk
    );
    return search.found;
}

struct CryptodevTests : Utest {
    void setup() override { open_devices(); }

    template <class Check>
    static void with_each(Check&& check) {
        size_t n_checked = 0;
        for (const AeadBackend* backend : cryptodev_backends()) {
            if (backend->available()) {
                check(*backend);
                ++n_checked;
            }
        }
        // A device that did not open said SKIP. None at all would make every test here hold.
        CHECK_TRUE(n_checked > 0);
    }
};

}  // namespace

TEST_GROUP_BASE(Cryptodev, CryptodevTests){};

/// For the leak sanitizer: the drivers keep what they made for a thread when the thread ends; a worker lives as long as its
/// process.
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() {
    return "leak:alloc_mb_mgr";
}

TEST(Cryptodev, AgreesWithTheVectorsAtEveryPosition) {
    with_each([](const AeadBackend& backend) { check_vectors(backend, true); });
}

TEST(Cryptodev, AgreesOnRandomBursts) {
    with_each([](const AeadBackend& backend) { check_random_bursts(backend, 100); });
}

TEST(Cryptodev, TakesTheShortestAndTheLongestMessages) {
    with_each([](const AeadBackend& backend) {
        check_shortest_messages(backend);
        check_longest_messages(backend);
    });
}

TEST(Cryptodev, OneForgedMessageFailsAlone) {
    with_each([](const AeadBackend& backend) { check_forgeries(backend); });
}

// The devices decrypt in place before they compare tags.
TEST(Cryptodev, NothingOfAForgedMessageIsLeft) {
    with_each([](const AeadBackend& backend) {
        constexpr size_t kJobs = 40;  // more than a device is given at once
        const AeadMessage message =
            aead_message(backend.suite, Secret<32>(), 7, Bytes(100, std::byte{'x'}));
        const std::vector<const AeadMessage*> messages(kJobs, &message);
        for (size_t forged = 0; forged < kJobs; ++forged) {
            AeadBurst burst(backend, messages);
            burst.seal();
            burst.text(forged).back() ^= std::byte{1};
            burst.open();
            for (size_t i = 0; i < kJobs; ++i) {
                CHECK_TRUE(burst.ok(i) == (i != forged));
            }
            CHECK_TRUE(all_zero(burst.text(forged)));
            CHECK_TRUE(burst.surroundings_unchanged());
        }
    });
}

// The device is gone, which stands for everything that can make it refuse.
TEST(Cryptodev, WhatCannotBeSealedDoesNotStayReadable) {
    with_each([](const AeadBackend& backend) {
        const AeadKey key(backend, KeyBytes{});
        Bytes text(100, std::byte{'x'});
        AeadJob job{.key = &key, .text = text.data(), .size_bytes = 84};
        close_crypto_devices();
        backend.seal({&job, 1});
        open_devices();
        CHECK_TRUE(all_zero(text));
    });
}

TEST(Cryptodev, NoKeyIsPreparedByADeviceThatIsGone) {
    close_crypto_devices();
    for (const AeadBackend* backend : cryptodev_backends()) {
        CHECK_FALSE(backend->available());
        CHECK_FALSE(AeadKey(*backend, KeyBytes{}).usable());
    }
}

TEST(Cryptodev, TwoThreadsUseOneKey) {
    MemoryLeakWarningPlugin::turnOnThreadSafeNewDeleteOverloads();
    with_each([](const AeadBackend& backend) {
        const AeadBackend& reference = sodium_backend(backend.suite);
        const KeyBytes bytes{std::byte{9}};
        const AeadKey key(backend, bytes);
        const AeadKey reference_key(reference, bytes);
        std::atomic<unsigned> n_wrong{0};
        const auto work = [&](uint64_t first) {
            for (uint64_t counter = first; counter < first + 2000; ++counter) {
                std::array<std::byte, 200> text{};
                std::array<std::byte, 200> wanted{};
                AeadJob job{&key, counter, text.data(), 184, false};
                AeadJob wanted_job{&reference_key, counter, wanted.data(), 184, false};
                backend.seal({&job, 1});
                reference.seal({&wanted_job, 1});
                const bool same = text == wanted;
                job.size_bytes = 200;
                backend.open({&job, 1});
                n_wrong += !same || !job.ok || !all_zero(std::span(text).first(184)) ? 1 : 0;
            }
        };
        std::thread other(work, 1'000'000);
        work(0);
        other.join();
        UNSIGNED_LONGS_EQUAL(0, n_wrong);
    });
    MemoryLeakWarningPlugin::turnOnDefaultNotThreadSafeNewDeleteOverloads();
}

TEST(Cryptodev, AKeyIsWipedWhenItIsDestroyed) {
    with_each([](const AeadBackend& backend) {
        Engine engine(4);
        const KeyBytes bytes = random_key(engine);
        AeadKey key(backend, bytes);
        // The beginning of AES's key schedule is the key.
        CHECK_TRUE(times_in_sessions(bytes) >= 2);
        key.reset();
        UNSIGNED_LONGS_EQUAL(0, times_in_sessions(bytes));
    });
}

TEST(Cryptodev, MakesRoomForManyKeysAndUsesItAgain) {
    with_each([](const AeadBackend& backend) {
        uint64_t memory = 0;
        for (int round = 0; round < 2; ++round) {
            std::vector<AeadKey> keys;
            for (int i = 0; i < 1000; ++i) {
                keys.emplace_back(backend, KeyBytes{});
                CHECK_TRUE(keys.back().usable());
            }
            CHECK_TRUE(round == 0 || crypto_device_memory() == memory);
            memory = crypto_device_memory();
        }
        CHECK_TRUE(memory > 0);
    });
}

TEST(Cryptodev, NoMemoryMakesNoKey) {
    with_each([](const AeadBackend& backend) {
        std::vector<AeadKey> keys;
        do {
            keys.emplace_back(backend, KeyBytes{});
        } while (keys.back().usable());
        CHECK_TRUE(keys.size() > 1000);
        keys.clear();
        CHECK_TRUE(AeadKey(backend, KeyBytes{}).usable());
        close_crypto_devices();  // gives the memory back
        UNSIGNED_LONGS_EQUAL(0, crypto_device_memory());
        open_devices();
    });
}
