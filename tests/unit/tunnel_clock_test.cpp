// SPDX-License-Identifier: Apache-2.0
// Clocks that jump, hours that pass, and queues of timers.
#include "control/tunnel/due_queue.hpp"
#include "control/tunnel/steady_clock.hpp"
#include "tunnel_many.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::DueQueue;
using control::kNever;
using control::Received;
using control::SteadyClock;
using crypto::kSecond;
using test::TunnelNet;

TEST_GROUP(SteadyClock)
{};

TEST(SteadyClock, ShowsWhatAGoodClockShows) {
    SteadyClock clock;
    CHECK_TRUE(clock.read(5) == 5);
    CHECK_TRUE(clock.read(9) == 9);
    CHECK_TRUE(clock.raw(20) == 20);
    CHECK_TRUE(clock.steady(3) == 3);
}

TEST(SteadyClock, GoesOnFromWhereABadOneJumpsBack) {
    SteadyClock clock;
    CHECK_TRUE(clock.read(100) == 100);
    CHECK_TRUE(clock.read(40) == 100);
    CHECK_TRUE(clock.read(50) == 110);
    CHECK_TRUE(clock.read(20) == 110);
    CHECK_TRUE(clock.raw(115) == 25);
    CHECK_TRUE(clock.steady(25) == 115);
    CHECK_TRUE(clock.raw(kNever) == kNever);
}

TEST(SteadyClock, AWallClockStandsStillInsteadOfGoingBack) {
    SteadyClock clock;
    CHECK_TRUE(clock.read({.now_ns = 1, .unix_ns = 100}).unix_ns == 100);
    CHECK_TRUE(clock.read({.now_ns = 2, .unix_ns = 40}).unix_ns == 100);
    CHECK_TRUE(clock.read({.now_ns = 3, .unix_ns = 101}).unix_ns == 101);
}

TEST_GROUP(DueQueue)
{
    DueQueue queue;

    void taken(uint64_t now_ns, uint16_t slot) {
        const auto next = queue.take(now_ns);
        CHECK_TRUE(next.has_value());
        UNSIGNED_LONGS_EQUAL(slot, *next);
    }
};

TEST(DueQueue, GivesInTheOrderOfTimesThenOfSlots) {
    queue.put(3, 20);
    queue.put(2, 10);
    queue.put(1, 20);
    CHECK_TRUE(queue.next_ns() == 10);
    CHECK_FALSE(queue.take(9).has_value());
    taken(30, 2);
    taken(30, 1);
    taken(30, 3);
    CHECK_FALSE(queue.take(30).has_value());
    CHECK_TRUE(queue.next_ns() == kNever);
}

TEST(DueQueue, AnEarlierTimeCountsALaterDoesNot) {
    queue.put(1, 20);
    queue.put(1, 10);
    queue.put(1, 30);
    taken(10, 1);
    CHECK_FALSE(queue.take(100).has_value());
}

TEST(DueQueue, ATimeThatNoLongerCountsDoesNotHideANewOne) {
    queue.put(1, 20);
    queue.put(1, 10);
    taken(10, 1);
    queue.put(1, 20);
    taken(20, 1);
    CHECK_FALSE(queue.take(20).has_value());
}

TEST(DueQueue, NeverIsNoTime) {
    queue.put(1, kNever);
    CHECK_TRUE(queue.next_ns() == kNever);
}

TEST_GROUP(TunnelClock)
{
    TunnelNet net{TunnelNet::Setup{}};

    void want() {
        net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    }
};

TEST(TunnelClock, ABootClockThatGoesBackStopsNoTimer) {
    want();
    net.lose();
    net.moment.now_ns -= 500 * kSecond;
    net.branch->tunnels.tick(net.moment);
    net.advance(6 * kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelClock, ABootClockThatGoesBackKeepsNobodyOut) {
    want();
    net.deliver();
    net.advance(10 * kSecond, true);
    net.moment.now_ns -= 500 * kSecond;
    // Both must take this for later than what was before, not for too soon.
    net.advance(6 * kSecond, true);
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
    UNSIGNED_LONGS_EQUAL(2, net.branch->dataplane.installs.size());
}

// The dataplane reckons by the same clock, jumps and all.
TEST(TunnelClock, SessionsAreDatedByTheClockAsItIs) {
    net.branch->tunnels.tick(net.moment);
    net.moment.now_ns -= 500 * kSecond;
    want();
    net.deliver();
    CHECK_TRUE(net.branch->dataplane.installs.at(0).created_ns == net.moment.now_ns);
}

TEST(TunnelClock, AJumpAheadEndsWhatIsOverAndNothingElse) {
    want();
    net.deliver();
    net.moment.now_ns += 24 * 3600 * kSecond;
    net.moment.unix_ns += 24 * 3600 * kSecond;
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::established);
    CHECK_TRUE(net.carries_both_ways());
}

// One handshake for each rekey that is due, whoever asks for it: nothing is left behind that fires
// by itself, and no peer is taken for down.
TEST(TunnelClock, HoursOfRekeysLeaveNoTimerBehind) {
    net.build({.edge_knows_endpoint = true});
    want();
    net.deliver();
    for (size_t i = 0; i < 60; ++i) {
        net.advance(120 * kSecond, true);
        (i % 2 == 0 ? net.branch : net.edge)->tunnels.want_session(TunnelNet::kSlot, net.moment);
        net.deliver();
        CHECK_TRUE(net.carries_both_ways());
        UNSIGNED_LONGS_EQUAL(i + 2, net.branch->dataplane.installs.size());
        UNSIGNED_LONGS_EQUAL(i + 2, net.edge->dataplane.installs.size());
    }
    net.advance(600 * kSecond, true);
    CHECK_TRUE(net.sent_at_ns.empty());
    CHECK_TRUE(net.branch->dataplane.states.empty());
    CHECK_TRUE(net.edge->dataplane.states.empty());
    CHECK_TRUE(net.branch->tunnels.due_ns() == kNever);
    CHECK_TRUE(net.edge->tunnels.due_ns() == kNever);
}

// WireGuard gives up after REKEY_ATTEMPT_TIME, which is 18 tries.
TEST(TunnelClock, AnUnansweredPeerIsTriedEighteenTimesAtMost) {
    for (uint8_t seed = 1; seed < 20; ++seed) {
        test::ManyPeers node(1, seed);
        node.tunnels->want_session(0, node.moment);
        node.advance(600 * kSecond);
        CHECK_TRUE(node.sent_at_ns.size() >= 17 && node.sent_at_ns.size() <= 18);
    }
}

}  // namespace egret
