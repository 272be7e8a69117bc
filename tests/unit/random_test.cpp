// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include <egret/crypto/random.hpp>

#include <array>
#include <cstdint>
#include <utility>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::Bytes;
using test::to_hex;

namespace {

struct RandomTests : Utest {
    static Random seeded(uint8_t first_byte = 0) {
        Random::Seed seed;
        seed.writable()[0] = std::byte{first_byte};
        return Random::seeded(std::move(seed));
    }

    static Bytes draw(Random& random, size_t size_bytes) {
        Bytes bytes(size_bytes);
        random.fill(bytes);
        return bytes;
    }
};

}  // namespace

TEST_GROUP_BASE(Random, RandomTests){};

// The keystream of the all-zero key and nonce, RFC 8439 appendix A.1 vector 1.
TEST(Random, SeededIsTheKeystreamOfChaCha20) {
    Random random = seeded();
    STRCMP_EQUAL(
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
        to_hex(draw(random, 64)).c_str()
    );
}

TEST(Random, SeededRepeatsForTheSameSeedAndCalls) {
    Random one = seeded(1);
    Random other = seeded(1);
    for (const size_t size : {1U, 100U, 4U}) {
        CHECK_TRUE(draw(one, size) == draw(other, size));
    }
}

TEST(Random, SeededDiffersByCallAndBySeed) {
    Random one = seeded(1);
    Random other = seeded(2);
    const Bytes first = draw(one, 32);
    CHECK_TRUE(first != draw(one, 32));
    CHECK_TRUE(first != draw(other, 32));
}

TEST(Random, SystemDoesNotRepeat) {
    Random one = Random::system();
    Random other = Random::system();
    CHECK_TRUE(draw(one, 32) != draw(other, 32));
}

TEST(Random, BelowStaysBelowAndReachesAll) {
    Random random = seeded(7);
    std::array<int, 5> seen{};
    for (int i = 0; i < 200; ++i) {
        ++seen.at(random.below(5));
    }
    for (const int count : seen) {
        CHECK_TRUE(count > 10);
    }
}

}  // namespace egret::crypto
