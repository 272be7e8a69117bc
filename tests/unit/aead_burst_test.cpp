// SPDX-License-Identifier: Apache-2.0
#include "suites.hpp"
#include "vectors.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/cipher.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;
using test::Bytes;
using test::bytes_from_hex;
using test::to_hex;

namespace {

using Json = nlohmann::json;

constexpr size_t kBurst = 32;

/// Key, counter and message of one job, and what the AEAD of single messages, proved by the
/// vectors, makes of them.
struct Message {
    Secret<32> key;
    uint64_t counter;
    Bytes plaintext;
    Bytes sealed;
};

Message message_of(Suite suite, Secret<32> key, uint64_t counter, Bytes plaintext) {
    Bytes sealed(plaintext.size() + kAeadTagSize);
    seal_message({suite, key, nonce_of(suite, counter), {}}, plaintext, sealed);
    return {std::move(key), counter, std::move(plaintext), std::move(sealed)};
}

Message filler(Suite suite, size_t number) {
    Secret<32> key;
    key.writable()[0] = static_cast<std::byte>(number + 1);
    return message_of(suite, std::move(key), number * 7, Bytes(number * 13, std::byte{0x5a}));
}

/// A burst as the packet path would hand it over: each job with its own buffer.
class Burst {
  public:
    Burst(Suite suite, const std::vector<const Message*>& messages)
        : backend_(sodium_backend(suite)) {
        for (const Message* message : messages) {
            keys_.emplace_back(backend_, message->key.bytes());
        }
        for (size_t i = 0; i < messages.size(); ++i) {
            texts_.push_back(messages[i]->plaintext);
            texts_[i].resize(messages[i]->sealed.size());
            jobs_.push_back({
                .key = &keys_[i],
                .counter = messages[i]->counter,
                .text = texts_[i].data(),
                .size_bytes = static_cast<uint32_t>(messages[i]->plaintext.size()),
            });
        }
    }

    void seal() { backend_.seal(jobs_); }

    void open() {
        for (size_t i = 0; i < jobs_.size(); ++i) {
            jobs_[i].size_bytes = static_cast<uint32_t>(texts_[i].size());
        }
        backend_.open(jobs_);
    }

    Bytes& text(size_t i) { return texts_[i]; }

    [[nodiscard]] bool ok(size_t i) const { return jobs_[i].ok; }

  private:
    const AeadBackend& backend_;
    std::vector<AeadKey> keys_;
    std::vector<Bytes> texts_;
    std::vector<AeadJob> jobs_;
};

/// The keys and messages of Wycheproof, with the end of each nonce as counter: the protocol's
/// nonces begin with zeros and its messages have no associated data, so the vectors themselves
/// do not fit.
std::vector<Message> wycheproof_messages(Suite suite) {
    const auto file = test::shared_json(
        suite == Suite::aes256gcm ? "vectors/wycheproof_aes_gcm_test.json"
                                  : "vectors/wycheproof_chacha20_poly1305_test.json"
    );
    std::vector<Message> messages;
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
            const auto counter = load_le<uint64_t>(std::span(nonce).subspan<4, 8>());
            Bytes text = bytes_from_hex(test.at("msg").get<std::string>());
            messages.push_back(message_of(suite, std::move(key), counter, std::move(text)));
        }
    }
    return messages;
}

struct AeadBurstTests : Utest {
    /// `message` at `position` among fillers, sealed and opened again.
    static void check_at(
        Suite suite,
        const Message& message,
        size_t position,
        const std::vector<Message>& fillers
    ) {
        std::vector<const Message*> messages;
        for (size_t i = 0; i < kBurst; ++i) {
            messages.push_back(i == position ? &message : &fillers[i]);
        }
        Burst burst(suite, messages);
        burst.seal();
        for (size_t i = 0; i < kBurst; ++i) {
            CHECK_TRUE(burst.text(i) == messages[i]->sealed);
        }
        burst.open();
        for (size_t i = 0; i < kBurst; ++i) {
            CHECK_TRUE(burst.ok(i));
            burst.text(i).resize(messages[i]->plaintext.size());
            CHECK_TRUE(burst.text(i) == messages[i]->plaintext);
        }
    }

    /// Every vector takes its turn at a position, and every position gets vectors.
    static void check_vectors(Suite suite) {
        std::vector<Message> fillers;
        for (size_t i = 0; i < kBurst; ++i) {
            fillers.push_back(filler(suite, i));
        }
        const std::vector<Message> messages = wycheproof_messages(suite);
        for (size_t i = 0; i < messages.size(); ++i) {
            check_at(suite, messages[i], i % kBurst, fillers);
        }
        for (size_t position = 0; position < kBurst && !messages.empty(); ++position) {
            check_at(suite, messages.front(), position, fillers);
        }
    }

    static void check_forgeries(Suite suite) {
        const Message message = filler(suite, 3);
        const Message other = filler(suite, 4);
        for (size_t bit = 0; bit < message.sealed.size() * 8; ++bit) {
            Burst burst(suite, {&other, &message, &other});
            burst.seal();
            burst.text(1)[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
            burst.open();
            CHECK_TRUE(burst.ok(0));
            CHECK_FALSE(burst.ok(1));
            CHECK_TRUE(burst.ok(2));
            Bytes text = burst.text(1);
            text.resize(message.plaintext.size());
            CHECK_TRUE(text != message.plaintext);
        }
    }

    static std::string sealed_hex(Suite suite, uint64_t counter) {
        return to_hex(message_of(suite, Secret<32>(), counter, Bytes(16)).sealed);
    }
};

}  // namespace

TEST_GROUP_BASE(AeadBurst, AeadBurstTests){};

TEST(AeadBurst, ChaCha20Poly1305AgreesWithTheVectorsAtEveryPosition) {
    check_vectors(Suite::wireguard);
}

TEST(AeadBurst, Aes256GcmAgreesWithTheVectorsAtEveryPosition) {
    check_vectors(Suite::aes256gcm);
}

TEST(AeadBurst, OneForgedMessageFailsAlone) {
    for (const Suite suite : test::suites_here()) {
        check_forgeries(suite);
    }
}

TEST(AeadBurst, EmptyMessagesAreATagAlone) {
    for (const Suite suite : test::suites_here()) {
        const Message keepalive = filler(suite, 0);
        UNSIGNED_LONGS_EQUAL(kAeadTagSize, keepalive.sealed.size());
        Burst burst(suite, {&keepalive});
        burst.seal();
        CHECK_TRUE(burst.text(0) == keepalive.sealed);
        burst.open();
        CHECK_TRUE(burst.ok(0));
    }
}

TEST(AeadBurst, LessThanATagIsRefused) {
    for (const Suite suite : test::suites_here()) {
        const AeadBackend& backend = sodium_backend(suite);
        const Message message = filler(suite, 1);
        const AeadKey key(backend, message.key.bytes());
        Bytes text = message.sealed;
        for (uint32_t size = 0; size < kAeadTagSize; ++size) {
            AeadJob job{.key = &key, .text = text.data(), .size_bytes = size, .ok = true};
            backend.open({&job, 1});
            CHECK_FALSE(job.ok);
        }
    }
}

TEST(AeadBurst, NoJobsIsNoWork) {
    sodium_backend(Suite::wireguard).seal({});
    sodium_backend(Suite::wireguard).open({});
}

// A counter of 32 bits, or one written the other way round, would give the same ciphertext for
// some of these.
TEST(AeadBurst, EveryByteOfTheCounterEntersTheNonce) {
    for (const Suite suite : test::suites_here()) {
        std::vector<std::string> seen{sealed_hex(suite, 0)};
        for (unsigned byte = 0; byte < 8; ++byte) {
            seen.push_back(sealed_hex(suite, uint64_t{1} << (8 * byte)));
        }
        std::sort(seen.begin(), seen.end());
        CHECK_TRUE(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    }
}

TEST(AeadBurst, NoncesAreWrittenAsEachSuiteSays) {
    const Nonce chacha = nonce_of(Suite::wireguard, 0x0102030405060708);
    const Nonce gcm = nonce_of(Suite::aes256gcm, 0x0102030405060708);
    CHECK_TRUE((chacha == Nonce{0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1}));
    CHECK_TRUE((gcm == Nonce{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

}  // namespace egret::crypto
