// SPDX-License-Identifier: Apache-2.0
// DPDK's crypto devices behind the burst interface: what they make is what libsodium makes, and what goes wrong in them
// gives nothing away.
#include "aead/cryptodev_backends.hpp"

#include <egret/crypto/aead.hpp>

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

namespace {

using Bytes = std::vector<std::byte>;
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

/// Messages of a burst with their keys, each somewhere in a buffer of its own with guards around it.
class TestBurst {
  public:
    static constexpr std::byte kGuard{0xa5};

    TestBurst(Engine& engine, size_t n_keys, size_t n_jobs, uint32_t max_size) {
        for (size_t i = 0; i < n_keys; ++i) {
            keys_.push_back(random_key(engine));
        }
        for (size_t i = 0; i < n_jobs; ++i) {
            const auto size = static_cast<uint32_t>(engine() % (max_size + 1));
            starts_.push_back(1 + engine() % 64);
            sizes_.push_back(size);
            counters_.push_back(engine());
            key_of_.push_back(engine() % n_keys);
            Bytes buffer(starts_[i] + size + kAeadTagSize + 1, kGuard);
            std::generate_n(buffer.begin() + static_cast<std::ptrdiff_t>(starts_[i]), size, [&] {
                return static_cast<std::byte>(engine());
            });
            buffers_.push_back(std::move(buffer));
        }
    }

    void seal(const AeadBackend& backend) {
        const std::vector<AeadKey> keys = prepare(backend);
        std::vector<AeadJob> jobs = this->jobs(keys, 0);
        backend.seal(jobs);
    }

    /// What became of each.
    std::vector<bool> open(const AeadBackend& backend) {
        const std::vector<AeadKey> keys = prepare(backend);
        std::vector<AeadJob> jobs = this->jobs(keys, kAeadTagSize);
        backend.open(jobs);
        std::vector<bool> ok;
        for (const AeadJob& job : jobs) {
            ok.push_back(job.ok);
        }
        return ok;
    }

    /// Message, tag and the guards around them.
    [[nodiscard]] const std::vector<Bytes>& buffers() const { return buffers_; }

    [[nodiscard]] std::span<std::byte> sealed(size_t i) {
        return std::span(buffers_[i]).subspan(starts_[i], sizes_[i] + kAeadTagSize);
    }

    [[nodiscard]] std::span<std::byte> text(size_t i) { return sealed(i).first(sizes_[i]); }

  private:
    [[nodiscard]] std::vector<AeadKey> prepare(const AeadBackend& backend) const {
        std::vector<AeadKey> keys;
        for (const KeyBytes& key : keys_) {
            keys.emplace_back(backend, key);
            CHECK_TRUE(keys.back().usable());
        }
        return keys;
    }

    [[nodiscard]] std::vector<AeadJob> jobs(const std::vector<AeadKey>& keys, uint32_t tag) {
        std::vector<AeadJob> jobs;
        for (size_t i = 0; i < sizes_.size(); ++i) {
            jobs.push_back({
                .key = &keys[key_of_[i]],
                .counter = counters_[i],
                .text = buffers_[i].data() + starts_[i],
                .size_bytes = sizes_[i] + tag,
                .ok = tag == 0,
            });
        }
        return jobs;
    }

    std::vector<KeyBytes> keys_;
    std::vector<size_t> starts_;
    std::vector<uint32_t> sizes_;
    std::vector<uint64_t> counters_;
    std::vector<size_t> key_of_;
    std::vector<Bytes> buffers_;
};

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
        for (const AeadBackend* backend : cryptodev_backends()) {
            if (backend->available()) {
                check(*backend);
            }
        }
    }
};

}  // namespace

TEST_GROUP_BASE(Cryptodev, CryptodevTests){};

TEST(Cryptodev, SealsAndOpensWhatLibsodiumDoesInBurstsOfAllShapes) {
    with_each([](const AeadBackend& backend) {
        const AeadBackend& reference = sodium_backend(backend.suite);
        Engine engine(1);
        for (int round = 0; round < 200; ++round) {
            const uint32_t max_size = round % 10 == 0 ? 9000 : 200;
            TestBurst made(engine, 1 + engine() % 3, 1 + engine() % 64, max_size);
            TestBurst wanted = made;
            TestBurst plain = made;
            made.seal(backend);
            wanted.seal(reference);
            CHECK_TRUE(made.buffers() == wanted.buffers());
            const std::vector<bool> ok = made.open(backend);
            CHECK_TRUE(std::count(ok.begin(), ok.end(), false) == 0);
            wanted.open(reference);
            CHECK_TRUE(made.buffers() == wanted.buffers());
            for (size_t i = 0; i < plain.buffers().size(); ++i) {
                const auto text = made.text(i);
                const auto before = plain.text(i);
                CHECK_TRUE(std::equal(text.begin(), text.end(), before.begin(), before.end()));
            }
        }
    });
}

TEST(Cryptodev, AForgedMessageFailsAloneAndNothingOfItIsLeft) {
    with_each([](const AeadBackend& backend) {
        Engine engine(2);
        constexpr size_t kJobs = 40;  // more than a batch
        for (size_t forged = 0; forged < kJobs; ++forged) {
            TestBurst burst(engine, 2, kJobs, 100);
            burst.seal(backend);
            const std::span<std::byte> sealed = burst.sealed(forged);
            sealed[engine() % sealed.size()] ^= static_cast<std::byte>(1U << (engine() % 8));
            const std::vector<bool> ok = burst.open(backend);
            for (size_t i = 0; i < kJobs; ++i) {
                CHECK_TRUE(ok[i] == (i != forged));
            }
            CHECK_TRUE(all_zero(burst.text(forged)));
        }
    });
}

TEST(Cryptodev, OpensAnEmptyMessageByItsTag) {
    with_each([](const AeadBackend& backend) {
        Engine engine(3);
        TestBurst burst(engine, 1, 3, 0);
        TestBurst wanted = burst;
        burst.seal(backend);
        wanted.seal(sodium_backend(backend.suite));
        CHECK_TRUE(burst.buffers() == wanted.buffers());
        burst.sealed(1)[15] ^= std::byte{1};
        CHECK_TRUE((burst.open(backend) == std::vector<bool>{true, false, true}));
    });
}

TEST(Cryptodev, RefusesLessThanATag) {
    with_each([](const AeadBackend& backend) {
        const AeadKey key(backend, KeyBytes{});
        Bytes text(kAeadTagSize);
        std::vector<AeadJob> jobs;
        for (uint32_t size = 0; size < kAeadTagSize; ++size) {
            jobs.push_back({.key = &key, .text = text.data(), .size_bytes = size, .ok = true});
        }
        backend.open(jobs);
        for (const AeadJob& job : jobs) {
            CHECK_FALSE(job.ok);
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
