// SPDX-License-Identifier: Apache-2.0
// Wycheproof's vectors of the three AEADs, all of whose cases are "valid" or "invalid". Sizes the
// protocol cannot use are out of scope, by name and with their number.
#include "suites.hpp"
#include "vectors.hpp"

#include <egret/crypto/cipher.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::Bytes;

namespace {

using Json = nlohmann::json;
using Counts = std::map<std::string, size_t>;

constexpr unsigned kOnlyTagBits = 128;

struct Vector : test::AeadVector {
    explicit Vector(const Json& test)
        : test::AeadVector(test::read_aead_vector(test)),
          secret(std::span(key).first<32>()) {}

    Secret<32> secret;
};

/// One AEAD under test; both report what the vector's `valid` says.
struct Aead {
    const char* file;
    unsigned nonce_bits;
    std::function<Bytes(const Vector&)> seal;
    std::function<bool(const Vector&, Bytes&)> open;
};

MessageCipher cipher_of(Suite suite, const Vector& vector) {
    Nonce nonce{};
    std::transform(vector.nonce.begin(), vector.nonce.end(), nonce.begin(), [](std::byte byte) {
        return std::to_integer<unsigned char>(byte);
    });
    return {suite, vector.secret, nonce, vector.associated_data};
}

Aead message_aead(const char* file, Suite suite) {
    return {
        file,
        96,
        [suite](const Vector& vector) {
            Bytes out(vector.message.size() + kAeadTagSize);
            seal_message(cipher_of(suite, vector), vector.message, out);
            return out;
        },
        [suite](const Vector& vector, Bytes& out) {
            return open_message(cipher_of(suite, vector), vector.sealed, out);
        },
    };
}

ExtendedNonce extended_nonce(const Vector& vector) {
    ExtendedNonce nonce{};
    std::copy(vector.nonce.begin(), vector.nonce.end(), nonce.begin());
    return nonce;
}

Aead extended_aead() {
    return {
        "vectors/wycheproof_xchacha20_poly1305_test.json",
        192,
        [](const Vector& vector) {
            Bytes out(vector.message.size() + kAeadTagSize);
            const ExtendedNonce nonce = extended_nonce(vector);
            seal_extended(vector.secret, nonce, vector.associated_data, vector.message, out);
            return out;
        },
        [](const Vector& vector, Bytes& out) {
            const ExtendedNonce nonce = extended_nonce(vector);
            return open_extended(vector.secret, nonce, vector.associated_data, vector.sealed, out);
        },
    };
}

struct AeadWycheproofTests : Utest {
    static void run_vector(const Aead& aead, const Vector& vector, Counts& counts) {
        Bytes opened(vector.sealed.size() - kAeadTagSize, std::byte{0xaa});
        CHECK_TRUE(aead.open(vector, opened) == vector.valid);
        if (vector.valid) {
            CHECK_TRUE(opened == vector.message);
            CHECK_TRUE(aead.seal(vector) == vector.sealed);
            ++counts["opened"];
        } else {
            CHECK_TRUE(opened == Bytes(opened.size(), std::byte{0}));
            CHECK_TRUE(aead.seal(vector) != vector.sealed);
            ++counts["refused"];
        }
    }

    static void run_group(const Aead& aead, const Json& group, Counts& counts) {
        const Json& tests = group.at("tests");
        UNSIGNED_LONGS_EQUAL(kOnlyTagBits, group.at("tagSize").get<unsigned>());
        if (group.at("keySize").get<unsigned>() != 256) {
            counts["out of scope: key size"] += tests.size();
            return;
        }
        if (group.at("ivSize").get<unsigned>() != aead.nonce_bits) {
            counts["out of scope: nonce size"] += tests.size();
            return;
        }
        for (const Json& test : tests) {
            run_vector(aead, Vector(test), counts);
        }
    }

    static void run(const Aead& aead, const Counts& expected) {
        const auto file = test::shared_json(aead.file);
        if (!file) {
            return;
        }
        Counts counts;
        for (const Json& group : file->at("testGroups")) {
            run_group(aead, group, counts);
        }
        size_t total = 0;
        for (const auto& [name, count] : expected) {
            UNSIGNED_LONGS_EQUAL_TEXT(count, counts[name], name.c_str());
            total += count;
        }
        UNSIGNED_LONGS_EQUAL(file->at("numberOfTests").get<size_t>(), total);
    }
};

}  // namespace

TEST_GROUP_BASE(AeadWycheproof, AeadWycheproofTests){};

TEST(AeadWycheproof, ChaCha20Poly1305) {
    run(message_aead("vectors/wycheproof_chacha20_poly1305_test.json", Suite::wireguard),
        {{"opened", 256}, {"refused", 60}, {"out of scope: nonce size", 9}});
}

TEST(AeadWycheproof, Aes256Gcm) {
    if (!test::suite_or_skip(Suite::aes256gcm)) {
        return;
    }
    run(message_aead("vectors/wycheproof_aes_gcm_test.json", Suite::aes256gcm),
        {{"opened", 39},
         {"refused", 27},
         {"out of scope: key size", 211},
         {"out of scope: nonce size", 39}});
}

TEST(AeadWycheproof, XChaCha20Poly1305) {
    run(extended_aead(), {{"opened", 246}, {"refused", 60}, {"out of scope: nonce size", 9}});
}

}  // namespace egret::crypto
