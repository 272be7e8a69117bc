// SPDX-License-Identifier: Apache-2.0
// Wycheproof's and RFC 8439's vectors as they are, associated data and nonces included, through the kernels of every target at
// every position of a burst. The burst interface of aead.hpp could not take most of them.
#include "multilane/burst.hpp"
#include "multilane/targets.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include <CppUTest/TestHarness.h>

namespace egret::crypto::multilane {

using test::Bytes;

namespace {

using Json = nlohmann::json;

constexpr size_t kBurst = 32;

template <size_t kWords>
std::array<uint32_t, kWords> words(const Bytes& bytes) {
    std::array<uint32_t, kWords> words{};
    std::memcpy(words.data(), bytes.data(), std::min(bytes.size(), sizeof(words)));
    return words;
}

/// A published vector, and what of it the kernels want in words.
struct Vector : test::AeadVector {
    explicit Vector(const Json& test)
        : test::AeadVector(test::read_aead_vector(test)),
          key_words(words<8>(key)),
          nonce_words(words<3>(nonce)) {}

    std::array<uint32_t, 8> key_words;
    std::array<uint32_t, 3> nonce_words;
};

/// RFC 8439, section 2.8.2.
Json rfc_example() {
    return {
        {"key", "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"},
        {"iv", "070000004041424344454647"},
        {"aad", "50515253c0c1c2c3c4c5c6c7"},
        {"msg",
         "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966"
         "204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f72207468652066757475"
         "72652c2073756e73637265656e20776f756c642062652069742e"},
        {"ct",
         "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69"
         "da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad67594"
         "5585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116"},
        {"tag", "1ae10b594f09e26a7e902ecbd0600691"},
        {"result", "valid"},
    };
}

std::vector<Vector> all_vectors() {
    std::vector<Vector> vectors{Vector(rfc_example())};
    const auto file = test::shared_json("vectors/wycheproof_chacha20_poly1305_test.json");
    if (!file) {
        return vectors;
    }
    size_t n_other_nonces = 0;
    for (const Json& group : file->at("testGroups")) {
        for (const Json& test : group.at("tests")) {
            // ChaCha20 has no such nonces: there is nothing to refuse them with.
            if (group.at("ivSize") != 96) {
                ++n_other_nonces;
                continue;
            }
            vectors.emplace_back(test);
        }
    }
    UNSIGNED_LONGS_EQUAL(9, n_other_nonces);
    UNSIGNED_LONGS_EQUAL(1 + 316, vectors.size());
    return vectors;
}

/// Messages with their associated data in front, as the kernels want them.
struct Burst {
    void add(const Vector& vector, const Bytes& text) {
        const size_t padded = (vector.associated_data.size() + 15) / 16 * 16;
        Bytes& buffer = buffers.emplace_back(padded + vector.sealed.size());
        std::ranges::copy(vector.associated_data, buffer.begin());
        std::copy(text.begin(), text.end(), buffer.begin() + static_cast<std::ptrdiff_t>(padded));
        messages.push_back({
            .key = vector.key_words.data(),
            .nonce = vector.nonce_words,
            .associated_bytes = static_cast<uint32_t>(vector.associated_data.size()),
            .size_bytes = static_cast<uint32_t>(vector.message.size()),
            .text = reinterpret_cast<uint8_t*>(buffer.data() + padded),
        });
    }

    [[nodiscard]] bool holds(size_t i, const Bytes& text) const {
        return std::ranges::equal(std::as_bytes(std::span(messages[i].text, text.size())), text);
    }

    std::vector<Bytes> buffers;
    std::vector<Message> messages;
};

void check(const Kernels& kernels, const std::vector<const Vector*>& vectors) {
    Burst sealing;
    Burst opening;
    for (const Vector* vector : vectors) {
        sealing.add(*vector, vector->message);
        opening.add(*vector, vector->sealed);
    }
    seal(kernels, sealing.messages);
    std::array<bool, kMaxMessages> ok{};
    open(kernels, opening.messages, ok);
    for (size_t i = 0; i < vectors.size(); ++i) {
        const Vector& vector = *vectors[i];
        CHECK_TRUE(sealing.holds(i, vector.sealed) == vector.valid);
        CHECK_TRUE(ok[i] == vector.valid);
        CHECK_TRUE(opening.holds(i, vector.valid ? vector.message : vector.sealed));
    }
}

struct MultilaneVectorsTests : Utest {
    /// Each vector at each position, among others of other sizes, keys and results.
    static void check_everywhere(const Kernels& kernels) {
        const std::vector<Vector> vectors = all_vectors();
        for (size_t i = 0; i < vectors.size(); ++i) {
            for (size_t position = 0; position < kBurst; ++position) {
                std::vector<const Vector*> burst;
                for (size_t other = 0; other < kBurst; ++other) {
                    burst.push_back(&vectors[(i * 7 + other * 11) % vectors.size()]);
                }
                burst[position] = &vectors[i];
                check(kernels, burst);
            }
        }
    }
};

}  // namespace

TEST_GROUP_BASE(MultilaneVectors, MultilaneVectorsTests){};

TEST(MultilaneVectors, HoldForEveryTargetAtEveryPosition) {
    for (const Target& target : kTargets) {
        if (target.available()) {
            check_everywhere(target.kernels);
        }
    }
}

TEST(MultilaneVectors, HoldAlone) {
    for (const Target& target : kTargets) {
        for (const Vector& vector : all_vectors()) {
            if (target.available()) {
                check(target.kernels, {&vector});
            }
        }
    }
}

}  // namespace egret::crypto::multilane
