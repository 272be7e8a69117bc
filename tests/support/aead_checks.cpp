// SPDX-License-Identifier: Apache-2.0
#include "aead_checks.hpp"

#include "aead_burst.hpp"
#include "suites.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <CppUTest/TestHarness.h>

namespace egret::test {

using crypto::AeadBackend;
using crypto::kAeadTagSize;
using crypto::Secret;
using crypto::Suite;

namespace {

using Json = nlohmann::json;
using Messages = std::vector<AeadMessage>;
using Pointers = std::vector<const AeadMessage*>;

constexpr size_t kBurst = 32;

AeadMessage filler(Suite suite, size_t number) {
    Secret<32> key;
    key.writable()[0] = static_cast<std::byte>(number + 1);
    return aead_message(suite, std::move(key), number * 7, Bytes(number * 13, std::byte{0x5a}));
}

Messages fillers(Suite suite) {
    Messages messages;
    for (size_t i = 0; i < kBurst; ++i) {
        messages.push_back(filler(suite, i));
    }
    return messages;
}

Messages wycheproof_messages(Suite suite) {
    const auto file = shared_json(
        suite == Suite::aes256gcm ? "vectors/wycheproof_aes_gcm_test.json"
                                  : "vectors/wycheproof_chacha20_poly1305_test.json"
    );
    Messages messages;
    if (!file) {
        return messages;
    }
    for (const Json& group : file->at("testGroups")) {
        if (group.at("keySize") != 256 || group.at("ivSize") != 96) {
            continue;
        }
        for (const Json& test : group.at("tests")) {
            const Bytes nonce = bytes_from_hex(test.at("iv").get<std::string>());
            Secret<32> key(array_from_hex<32>(test.at("key").get<std::string>()));
            const auto counter = crypto::load_le<uint64_t>(std::span(nonce).subspan<4, 8>());
            Bytes text = bytes_from_hex(test.at("msg").get<std::string>());
            messages.push_back(aead_message(suite, std::move(key), counter, std::move(text)));
        }
    }
    CHECK_FALSE(messages.empty()
    );  // or what is checked against them would be checked against nothing
    return messages;
}

/// Seals and opens a burst and holds every byte against what it has to be.
void check_burst(const AeadBackend& backend, const Pointers& messages) {
    AeadBurst burst(backend, messages);
    burst.seal();
    for (size_t i = 0; i < messages.size(); ++i) {
        CHECK_TRUE(std::ranges::equal(burst.text(i), messages[i]->sealed));
    }
    burst.open();
    for (size_t i = 0; i < messages.size(); ++i) {
        CHECK_TRUE(burst.ok(i));
        const auto text = burst.text(i).first(messages[i]->plaintext.size());
        CHECK_TRUE(std::ranges::equal(text, messages[i]->plaintext));
    }
    CHECK_TRUE(burst.surroundings_unchanged());
}

void check_at(
    const AeadBackend& backend,
    const AeadMessage& message,
    size_t position,
    const Messages& neighbours
) {
    Pointers messages;
    for (size_t i = 0; i < kBurst; ++i) {
        messages.push_back(i == position ? &message : &neighbours[i]);
    }
    check_burst(backend, messages);
}

/// Flips one bit of the message at `position`: it fails alone, and no byte of its plaintext comes out.
void check_forgery(
    const AeadBackend& backend,
    const Pointers& messages,
    size_t position,
    size_t bit
) {
    AeadBurst burst(backend, messages);
    burst.seal();
    burst.text(position)[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    const Bytes forged(burst.text(position).begin(), burst.text(position).end());
    burst.open();
    for (size_t i = 0; i < messages.size(); ++i) {
        CHECK_TRUE(burst.ok(i) == (i != position));
        if (i != position) {
            const auto text = burst.text(i).first(messages[i]->plaintext.size());
            CHECK_TRUE(std::ranges::equal(text, messages[i]->plaintext));
        }
    }
    // The ciphertext as it came, or zeros.
    const auto text = burst.text(position).first(messages[position]->plaintext.size());
    const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
    CHECK_TRUE(
        std::equal(text.begin(), text.end(), forged.begin()) || std::ranges::all_of(text, is_zero)
    );
    CHECK_TRUE(burst.surroundings_unchanged());
}

/// Many short messages, few long ones, and often several of one size, as in traffic.
size_t random_size(std::mt19937_64& random) {
    constexpr size_t kLimits[] = {1, 65, 300, 1500, 9000};
    constexpr size_t kUsual[] = {0, 16, 64, 512, 1420};
    const uint64_t choice = random() % 10;
    return choice < 5 ? kUsual[choice] : random() % kLimits[choice - 5];
}

AeadMessage random_message(Suite suite, std::mt19937_64& random) {
    Secret<32> key;
    key.writable()[31] = static_cast<std::byte>(random() % 4);
    Bytes text(random_size(random));
    std::ranges::generate(text, [&] { return static_cast<std::byte>(random()); });
    return aead_message(suite, std::move(key), random(), std::move(text));
}

}  // namespace

std::vector<const AeadBackend*> crypto_backends(Suite suite) {
    std::vector<const AeadBackend*> backends;
    if (suite_or_skip(suite)) {
        backends.push_back(&crypto::sodium_backend(suite));
    }
    for (const AeadBackend* backend : crypto::multilane_backends()) {
        if (backend->suite != suite) {
            continue;
        }
        if (backend->available()) {
            backends.push_back(backend);
        } else {
            const auto length = static_cast<int>(backend->name.size());
            std::printf("absent: %.*s, which this processor lacks\n", length, backend->name.data());
        }
    }
    return backends;
}

std::vector<const AeadBackend*> crypto_backends() {
    std::vector<const AeadBackend*> backends = crypto_backends(Suite::wireguard);
    std::ranges::copy(crypto_backends(Suite::aes256gcm), std::back_inserter(backends));
    return backends;
}

void check_vectors(const AeadBackend& backend, bool everywhere) {
    const Messages neighbours = fillers(backend.suite);
    const Messages messages = wycheproof_messages(backend.suite);
    for (size_t i = 0; i < messages.size(); ++i) {
        for (size_t position = 0; position < kBurst; ++position) {
            if (everywhere || position == i % kBurst || i == 0) {
                check_at(backend, messages[i], position, neighbours);
            }
        }
    }
}

void check_forgeries(const AeadBackend& backend) {
    const AeadMessage message = filler(backend.suite, 3);
    const AeadMessage other = filler(backend.suite, 4);
    for (size_t bit = 0; bit < message.sealed.size() * 8; ++bit) {
        check_forgery(backend, {&other, &message, &other}, 1, bit);
    }
    const Messages neighbours = fillers(backend.suite);
    Pointers burst;
    for (const AeadMessage& neighbour : neighbours) {
        burst.push_back(&neighbour);
    }
    for (size_t position = 0; position < kBurst; ++position) {
        check_forgery(backend, burst, position, neighbours[position].plaintext.size() * 8);
    }
}

void check_random_bursts(const AeadBackend& backend, size_t n_bursts) {
    std::mt19937_64 random(20260101);
    for (size_t burst = 0; burst < n_bursts; ++burst) {
        Messages messages;
        const size_t count = 1 + random() % 64;
        for (size_t i = 0; i < count; ++i) {
            messages.push_back(random_message(backend.suite, random));
        }
        Pointers pointers;
        for (const AeadMessage& message : messages) {
            pointers.push_back(&message);
        }
        check_burst(backend, pointers);
    }
}

void check_shortest_messages(const AeadBackend& backend) {
    const AeadMessage keepalive = filler(backend.suite, 0);
    UNSIGNED_LONGS_EQUAL(kAeadTagSize, keepalive.sealed.size());
    check_burst(backend, {&keepalive});
    const crypto::AeadKey key(backend, keepalive.key.bytes());
    Bytes text = keepalive.sealed;
    for (uint32_t size = 0; size < kAeadTagSize; ++size) {
        crypto::AeadJob job{.key = &key, .text = text.data(), .size_bytes = size, .ok = true};
        backend.open({&job, 1});
        CHECK_FALSE(job.ok);
        CHECK_TRUE(text == keepalive.sealed);
    }
    backend.seal({});
    backend.open({});
}

void check_longest_messages(const AeadBackend& backend) {
    Messages messages;
    constexpr size_t kSizes[] = {65'519, 65'520, 65'535, 65'536, 9'000, 1};
    messages.reserve(std::size(kSizes));
    for (const size_t size : kSizes) {
        Bytes text(size, std::byte{0x77});
        messages.push_back(aead_message(backend.suite, Secret<32>(), size, std::move(text)));
        check_burst(backend, {&messages.back()});
    }
    Pointers pointers;
    for (const AeadMessage& message : messages) {
        pointers.push_back(&message);
    }
    check_burst(backend, pointers);
}

}  // namespace egret::test
