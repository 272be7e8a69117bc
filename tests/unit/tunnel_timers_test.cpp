// SPDX-License-Identifier: Apache-2.0
// When a node initiates, stops, and says that a peer is down. No test sleeps.
#include "tunnel_net.hpp"

#include <egret/crypto/limits.hpp>

#include <set>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::Received;
using crypto::kRekeyTimeout;
using crypto::kSecond;
using test::TunnelNet;

namespace {

struct TunnelTimersTests : Utest {
    TunnelNet net{TunnelNet::Setup{}};

    void want() const { net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    size_t n_down() const { return net.branch->dataplane.states.size(); }
};

}  // namespace

TEST_GROUP_BASE(TunnelTimers, TunnelTimersTests){};

TEST(TunnelTimers, AnUnansweredInitiationIsRepeatedWithJitter) {
    uint64_t last = net.moment.now_ns;
    want();
    net.lose();
    net.advance(80 * kSecond, false);
    std::set<uint64_t> gaps;
    for (const uint64_t sent : net.sent_at_ns) {
        gaps.insert(sent - last);
        last = sent;
    }
    CHECK_TRUE(*gaps.begin() >= kRekeyTimeout);
    CHECK_TRUE(*gaps.rbegin() <= kRekeyTimeout + crypto::kRekeyTimeoutJitterMax);
    CHECK_TRUE(gaps.size() > 10);
}

TEST(TunnelTimers, GivesUpAfterTheAttemptTime) {
    want();
    net.lose();
    const uint64_t wanted = net.moment.now_ns;
    net.advance(600 * kSecond, false);
    CHECK_TRUE(net.sent_at_ns.size() >= 16);
    CHECK_TRUE(net.sent_at_ns.back() - wanted < crypto::kRekeyAttemptTime);
    CHECK_TRUE(net.branch->tunnels.due_ns() == control::kNever);
}

TEST(TunnelTimers, ANewWantStartsOver) {
    want();
    net.advance(200 * kSecond, false);
    net.sent_at_ns.clear();
    want();
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.outbox.size());
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelTimers, WantsDoNotMakeItFaster) {
    for (int i = 0; i < 100; ++i) {
        want();
        net.advance(kSecond / 2, false);
    }
    want();
    CHECK_TRUE(net.branch->dataplane.slots.size() <= 10);
}

TEST(TunnelTimers, AWantForWhatWasJustMadeIsIgnored) {
    want();
    net.deliver();
    want();
    net.advance(4 * kSecond, true);
    want();
    net.advance(20 * kSecond, true);
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.installs.size());
}

TEST(TunnelTimers, APeerThatDoesNotAnswerIsDownAfterTheTimeout) {
    want();
    net.lose();
    net.advance(kRekeyTimeout - 1, false);
    UNSIGNED_LONGS_EQUAL(0, n_down());
    net.advance(1, false);
    UNSIGNED_LONGS_EQUAL(1, n_down());
    CHECK_TRUE(net.branch->dataplane.states.at(0) == api::PeerState::down);
}

TEST(TunnelTimers, ItIsSaidOnce) {
    want();
    net.advance(60 * kSecond, false);
    want();
    net.advance(400 * kSecond, false);
    want();
    net.advance(400 * kSecond, false);
    UNSIGNED_LONGS_EQUAL(1, n_down());
}

TEST(TunnelTimers, ASessionMakesItPossibleToGoDownAgain) {
    want();
    net.advance(7 * kSecond, false);
    want();
    net.advance(7 * kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
    net.advance(200 * kSecond, true);
    want();
    net.lose();
    net.advance(kRekeyTimeout, false);
    UNSIGNED_LONGS_EQUAL(2, n_down());
}

TEST(TunnelTimers, APeerIsNotDownWhileASessionLives) {
    want();
    net.deliver();
    net.advance(150 * kSecond, true);
    want();
    net.lose();
    net.advance(30 * kSecond - 1, false);
    UNSIGNED_LONGS_EQUAL(0, n_down());
    net.advance(1, false);
    UNSIGNED_LONGS_EQUAL(1, n_down());
}

TEST(TunnelTimers, APeerWithoutAnEndpointIsDownAtOnceAndNotCalled) {
    net.edge->tunnels.want_session(TunnelNet::kSlot, net.moment);
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.states.size());
    UNSIGNED_LONGS_EQUAL(0, net.edge->dataplane.outbox.size());
}

// Who answers has a session soon, and need not call.
TEST(TunnelTimers, AnAnswerToThePeerEndsOwnTries) {
    net.build({.edge_knows_endpoint = true});
    want();
    net.lose();
    net.edge->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::established);
    net.advance(60 * kSecond, true);
    UNSIGNED_LONGS_EQUAL(0, net.sent_at_ns.size());
}

TEST(TunnelTimers, AnUnknownSlotIsNoError) {
    net.branch->tunnels.want_session(999, net.moment);
    UNSIGNED_LONGS_EQUAL(0, net.branch->dataplane.outbox.size());
}

// A dataplane that starts again has lost every session, also one that was only just made.
TEST(TunnelTimers, StartMakesNewSessions) {
    want();
    net.deliver();
    net.advance(kSecond, true);
    net.branch->tunnels.start(net.moment);
    net.advance(kRekeyTimeout, true);
    UNSIGNED_LONGS_EQUAL(2, net.branch->dataplane.installs.size());
    UNSIGNED_LONGS_EQUAL(0, n_down());
}

TEST(TunnelTimers, AWallClockThatGoesBackDoesNotStopHandshakes) {
    want();
    net.deliver();
    net.advance(10 * kSecond, true);
    net.moment.unix_ns -= 3600 * kSecond;
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
}

TEST(TunnelTimers, AMonotonicClockThatGoesBackDoesNoHarm) {
    want();
    net.deliver();
    net.moment.now_ns -= 500 * kSecond;
    net.branch->tunnels.tick(net.moment);
    want();
    net.advance(900 * kSecond, true);
    want();
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
}

}  // namespace egret
