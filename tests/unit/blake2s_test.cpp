// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include <egret/crypto/blake2s.hpp>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;
using test::Bytes;
using test::to_hex;

namespace {

struct Blake2sTests : Utest {
    /// selftest_seq of RFC 7693 appendix E.
    static Bytes sequence(size_t size_bytes, uint32_t seed) {
        Bytes out(size_bytes);
        uint32_t a = 0xdead4bad * seed;
        uint32_t b = 1;
        for (std::byte& byte : out) {
            const uint32_t sum = a + b;
            a = b;
            b = sum;
            byte = static_cast<std::byte>(sum >> 24);
        }
        return out;
    }
};

}  // namespace

TEST_GROUP_BASE(Blake2s, Blake2sTests){};

TEST(Blake2s, HashesAbcAsInRfc7693AppendixB) {
    STRCMP_EQUAL(
        "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
        to_hex(blake2s({bytes_of("abc")})).c_str()
    );
}

TEST(Blake2s, PassesTheSelfTestOfRfc7693AppendixE) {
    Bytes results;
    for (const size_t out_size : {16U, 20U, 28U, 32U}) {
        for (const size_t in_size : {0U, 3U, 64U, 65U, 255U, 1024U}) {
            const Bytes input = sequence(in_size, static_cast<uint32_t>(in_size));
            const Bytes key = sequence(out_size, static_cast<uint32_t>(out_size));
            Bytes out(out_size);
            blake2s({}, {input}, out);
            results.insert(results.end(), out.begin(), out.end());
            blake2s(key, {input}, out);
            results.insert(results.end(), out.begin(), out.end());
        }
    }
    STRCMP_EQUAL(
        "6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe",
        to_hex(blake2s({results})).c_str()
    );
}

TEST(Blake2s, PartsAreHashedAsIfTheyStoodBehindEachOther) {
    const Bytes input = sequence(200, 7);
    const ByteView all = input;
    const Digest whole = blake2s({all});
    CHECK_TRUE(whole == blake2s({all.first(64), all.subspan(64, 1), {}, all.subspan(65)}));
}

// The next two from Python's hmac with hashlib.blake2s; there is no published list.

TEST(Blake2s, HmacOfAShortKey) {
    STRCMP_EQUAL(
        "8717096fc5e7ac53d11d990acd4380c9ddd7bd8da5d8b5bc29855e6c98a866a4",
        to_hex(hmac_blake2s(bytes_of("key"), {bytes_of("The quick brown fox")}).bytes()).c_str()
    );
}

TEST(Blake2s, HmacOfAKeyOfOneBlock) {
    const Bytes key = sequence(64, 3);
    STRCMP_EQUAL(
        "b9ff0b4129a19cc2278b9531d1bdcc1d658c3566d84faa4a2084937a0028bfa3",
        to_hex(hmac_blake2s(key, {}).bytes()).c_str()
    );
}

TEST(Blake2s, HkdfIsTheChainOfHmacs) {
    const Secret<32> chaining_key(array_from_hex<32>(std::string(64, '4')));
    const auto [first, second, third] = hkdf<3>(chaining_key, bytes_of("input"));
    const Secret<32> key = hmac_blake2s(chaining_key.bytes(), {bytes_of("input")});
    CHECK_TRUE(first == hmac_blake2s(key.bytes(), {bytes_of("\x01")}));
    CHECK_TRUE(second == hmac_blake2s(key.bytes(), {first.bytes(), bytes_of("\x02")}));
    CHECK_TRUE(third == hmac_blake2s(key.bytes(), {second.bytes(), bytes_of("\x03")}));
}

TEST(Blake2s, FewerHkdfValuesAreThePrefixOfMore) {
    const Secret<32> chaining_key(array_from_hex<32>(std::string(64, '4')));
    const auto one = hkdf<1>(chaining_key, {});
    const auto two = hkdf<2>(chaining_key, {});
    const auto three = hkdf<3>(chaining_key, {});
    CHECK_TRUE(one[0] == three[0]);
    CHECK_TRUE(two[0] == three[0]);
    CHECK_TRUE(two[1] == three[1]);
}

}  // namespace egret::crypto
