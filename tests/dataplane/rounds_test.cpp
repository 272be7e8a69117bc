// SPDX-License-Identifier: Apache-2.0
#include "tunnel/rounds.hpp"

#include <algorithm>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::Rounds;

namespace {

constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kInterval = 100 * kMillisecond;

}  // namespace

/// Looking at many things a few at a time.
TEST_GROUP(Rounds)
{
    Rounds rounds{kInterval};
    uint64_t now = 1000 * kMillisecond;
    std::vector<uint32_t> visits;

    /// Visits of one call.
    uint32_t visit(uint32_t n) {
        uint32_t visited = 0;
        visits.resize(n);
        rounds.run(n, now, [&](uint32_t index) {
            ++visits.at(index);
            ++visited;
            return true;
        });
        return visited;
    }
};

TEST(Rounds, EveryOneComesOnceInAnInterval) {
    constexpr uint32_t kMany = 10'000;
    for (int call = 0; call < 20; ++call) {
        visit(kMany);  // the first round begins late
    }
    for (int round = 0; round < 3; ++round) {
        std::fill(visits.begin(), visits.end(), 0U);
        for (int call = 0; call < 100; ++call) {
            now += kMillisecond;
            UNSIGNED_LONGS_EQUAL(kMany / 100, visit(kMany));
        }
        CHECK_TRUE(std::all_of(visits.begin(), visits.end(), [](uint32_t n) { return n == 1; }));
    }
}

TEST(Rounds, ACallDoesNoMoreThanItsShare) {
    UNSIGNED_LONGS_EQUAL(Rounds::kMost, visit(60'000));
    now += 3600 * 1000 * kMillisecond;
    UNSIGNED_LONGS_EQUAL(Rounds::kMost, visit(60'000));  // an hour away is one round late
    now += kInterval;
    UNSIGNED_LONGS_EQUAL(3, visit(3));
    UNSIGNED_LONGS_EQUAL(0, visit(3));
}

TEST(Rounds, AFewAreLookedAtAsOften) {
    visit(3);
    UNSIGNED_LONGS_EQUAL(0, visit(3));
    now += kInterval / 3 + 1;
    UNSIGNED_LONGS_EQUAL(1, visit(3));
    now += 10 * kInterval;
    UNSIGNED_LONGS_EQUAL(3, visit(3));
    UNSIGNED_LONGS_EQUAL(0, visit(0));
}

TEST(Rounds, WhoeverStopsItComesFirstNextTime) {
    const auto first_of = [this](bool go_on) {
        std::vector<uint32_t> order;
        rounds.run(4, now, [&](uint32_t index) {
            order.push_back(index);
            return go_on;
        });
        return order.front();
    };
    const uint32_t first = first_of(false);
    UNSIGNED_LONGS_EQUAL(first, first_of(false));
    UNSIGNED_LONGS_EQUAL(first, first_of(true));
}

TEST(Rounds, AClockAtItsBeginningIsNoTrouble) {
    now = 0;
    UNSIGNED_LONGS_EQUAL(0, visit(5));
    now = kInterval;
    UNSIGNED_LONGS_EQUAL(5, visit(5));
}
