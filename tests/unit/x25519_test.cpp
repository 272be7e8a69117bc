// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include <egret/crypto/x25519.hpp>

#include <algorithm>
#include <array>
#include <string>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;
using test::to_hex;

namespace {

std::string agreed(const std::string& private_hex, const std::string& public_hex) {
    const PrivateKey key(array_from_hex<32>(private_hex));
    const auto shared = key.agree(PublicKey{array_from_hex<32>(public_hex)});
    return shared ? to_hex(shared->bytes()) : "refused";
}

std::string public_of(const std::string& private_hex) {
    return to_hex(PrivateKey(array_from_hex<32>(private_hex)).public_key().bytes);
}

}  // namespace

TEST_GROUP(X25519)
{};

TEST(X25519, AgreesAsInRfc7748Section5) {
    STRCMP_EQUAL(
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        agreed(
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"
        )
            .c_str()
    );
    STRCMP_EQUAL(
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        agreed(
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"
        )
            .c_str()
    );
}

TEST(X25519, AgreesAThousandTimesAsInRfc7748Section5) {
    std::array<std::byte, 32> scalar{std::byte{9}};
    std::array<std::byte, 32> point = scalar;
    for (int round = 1; round <= 1000; ++round) {
        const auto shared = PrivateKey(scalar).agree(PublicKey{point});
        CHECK_TRUE(shared.has_value());
        point = scalar;
        std::ranges::copy(shared->bytes(), scalar.begin());
        if (round == 1) {
            STRCMP_EQUAL(
                "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
                to_hex(scalar).c_str()
            );
        }
    }
    STRCMP_EQUAL(
        "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
        to_hex(scalar).c_str()
    );
}

TEST(X25519, BothSidesAgreeAsInRfc7748Section6) {
    const std::string alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    const std::string bob = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
    const std::string alice_public =
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    const std::string bob_public =
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    const std::string shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    STRCMP_EQUAL(alice_public.c_str(), public_of(alice).c_str());
    STRCMP_EQUAL(bob_public.c_str(), public_of(bob).c_str());
    STRCMP_EQUAL(shared.c_str(), agreed(alice, bob_public).c_str());
    STRCMP_EQUAL(shared.c_str(), agreed(bob, alice_public).c_str());
}

TEST(X25519, PrivateKeysAreClamped) {
    std::array<std::byte, 32> bytes{};
    bytes.fill(std::byte{0xff});
    const PrivateKey key(bytes);
    STRCMP_EQUAL(("f8" + std::string(60, 'f') + "7f").c_str(), to_hex(key.bytes()).c_str());
    const PrivateKey zero(std::array<std::byte, 32>{});
    STRCMP_EQUAL((std::string(62, '0') + "40").c_str(), to_hex(zero.bytes()).c_str());
}

TEST(X25519, GeneratedKeysDifferAndAreClamped) {
    Random random = Random::system();
    const KeyPair one = KeyPair::generate(random);
    const KeyPair other = KeyPair::generate(random);
    CHECK_TRUE(one.public_key != other.public_key);
    CHECK_TRUE(one.private_key == PrivateKey(one.private_key.bytes()));
    CHECK_TRUE(one.public_key == one.private_key.public_key());
}

// The seven points of low order in canonical form, and their usual other encodings
// (cr.yp.to/ecdh.html#validate). Each would make the shared secret known to anyone.
TEST(X25519, PointsOfLowOrderAgreeOnNothing) {
    const std::array<std::string, 8> points{
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    for (const std::string& point : points) {
        STRCMP_EQUAL("refused", agreed(std::string(64, '5'), point).c_str());
    }
}

}  // namespace egret::crypto
