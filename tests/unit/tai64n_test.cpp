// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include <egret/crypto/tai64n.hpp>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::to_hex;

namespace {

struct Tai64nTests : Utest {
    static std::string text(uint64_t unix_ns) {
        return to_hex(Tai64n::from_unix_ns(unix_ns).bytes);
    }
};

}  // namespace

TEST_GROUP_BASE(Tai64n, Tai64nTests){};

TEST(Tai64n, CountsFromItsEpochBigEndian) {
    STRCMP_EQUAL("400000000000000a00000000", text(0).c_str());
    STRCMP_EQUAL("400000005fb74ccc00000000", text(1'605'848'258'000'000'000).c_str());
}

TEST(Tai64n, RoundsDownToSixteenMilliseconds) {
    STRCMP_EQUAL("400000000000000b3b000000", text(1'999'999'999).c_str());
    STRCMP_EQUAL("400000000000000a00000000", text(Tai64n::kStep - 1).c_str());
    STRCMP_EQUAL("400000000000000a01000000", text(Tai64n::kStep).c_str());
}

TEST(Tai64n, IsOrderedAsTheTimesAre) {
    const uint64_t times[] = {0, Tai64n::kStep, 999'000'000, 1'000'000'000, 256'000'000'000};
    for (size_t i = 1; i < std::size(times); ++i) {
        CHECK_TRUE(Tai64n::from_unix_ns(times[i - 1]) < Tai64n::from_unix_ns(times[i]));
    }
    CHECK_TRUE(Tai64n{} < Tai64n::from_unix_ns(0));
}

TEST(Tai64n, HasRoomForTheLatestTime) {
    CHECK_TRUE(Tai64n::from_unix_ns(0) < Tai64n::from_unix_ns(UINT64_MAX));
}

}  // namespace egret::crypto
