// SPDX-License-Identifier: Apache-2.0
// Static keys that rotate: two work in the overlap, one after it, and nothing is lost on the way.
#include "control/tunnel/key_tag.hpp"
#include "tunnel_net.hpp"

#include <egret/crypto/cookie.hpp>
#include <egret/crypto/limits.hpp>

#include <array>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::Received;
using crypto::kRekeyTimeout;
using crypto::kSecond;
using test::TunnelKeys;
using test::TunnelNet;

namespace {

constexpr uint8_t kOld = TunnelNet::kBranchKey;
constexpr uint8_t kNew = 5;
constexpr uint8_t kEdge = TunnelNet::kEdgeKey;

/// More than two tries of an initiator.
constexpr uint64_t kTwoTries = 2 * kRekeyTimeout + kSecond;

// The branch's key changes from kOld to kNew: what both ends are told, in this order.
constexpr TunnelKeys kEdgeExpects{.own = kEdge, .peer = kOld, .next_peer = kNew};
constexpr TunnelKeys kBranchHasBoth{.own = kNew, .previous_own = kOld, .peer = kEdge};
constexpr TunnelKeys kEdgeDone{.own = kEdge, .peer = kNew};
constexpr TunnelKeys kBranchDone{.own = kNew, .peer = kEdge};

struct TunnelRotationTests : Utest {
    TunnelNet net{TunnelNet::Setup{}};

    void want() const { net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    void want_at_edge() const { net.edge->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    /// Connected, and long enough ago that another handshake may follow.
    void connect() {
        want();
        net.deliver();
        CHECK_TRUE(net.carries_both_ways());
        net.advance(10 * kSecond, true);
    }

    static uint64_t tag(uint8_t branch_key) {
        crypto::PresharedKey preshared;
        preshared.writable()[0] = std::byte{1};
        return control::key_tag(
            test::identity(kEdge).public_key,
            test::identity(branch_key).public_key,
            preshared
        );
    }

    /// The branch's key that the edge's newest session came from.
    void edge_talks_to(uint8_t branch_key) const {
        CHECK_TRUE(net.edge->dataplane.installs.back().key_tag == tag(branch_key));
    }

    /// The end of the overlap: with what is there, before any other handshake, and without one.
    void finish_without_loss() {
        const size_t n_sessions = net.edge->dataplane.installs.size();
        net.push_edge(kEdgeDone);
        CHECK_TRUE(net.carries_both_ways());
        net.push_branch(kBranchDone);
        CHECK_TRUE(net.carries_both_ways());
        pass_without_loss(30);
        UNSIGNED_LONGS_EQUAL(n_sessions, net.edge->dataplane.installs.size());
    }

    /// Time passes in steps of a second; traffic gets through in each.
    void pass_without_loss(uint64_t seconds) {
        for (uint64_t i = 0; i < seconds; ++i) {
            net.advance(kSecond, true);
            CHECK_TRUE(net.carries_both_ways());
        }
    }
};

}  // namespace

TEST_GROUP_BASE(TunnelRotation, TunnelRotationTests){};

TEST(TunnelRotation, InTheRightOrderNothingIsLost) {
    connect();
    net.push_edge(kEdgeExpects);
    pass_without_loss(30);
    edge_talks_to(kOld);
    net.push_branch(kBranchHasBoth);
    pass_without_loss(30);
    edge_talks_to(kNew);
    finish_without_loss();
}

// Who pushes to the node whose key changes first loses nothing either: the old one still works.
TEST(TunnelRotation, InTheOtherOrderNothingIsLost) {
    connect();
    net.push_branch(kBranchHasBoth);
    pass_without_loss(130);
    edge_talks_to(kOld);
    net.push_edge(kEdgeExpects);
    pass_without_loss(30);
    edge_talks_to(kNew);
    finish_without_loss();
}

TEST(TunnelRotation, TheOverlapMayLastThroughManyRekeys) {
    connect();
    net.push_edge(kEdgeExpects);
    net.push_branch(kBranchHasBoth);
    for (int i = 0; i < 5; ++i) {
        pass_without_loss(120);
        want();
        net.deliver();
        pass_without_loss(1);
        edge_talks_to(kNew);
    }
}

TEST(TunnelRotation, APushOfNewKeysIsFollowedByAHandshake) {
    connect();
    const size_t before = net.edge->dataplane.installs.size();
    net.push_edge(kEdgeExpects);
    net.push_branch(kBranchHasBoth);
    net.advance(kTwoTries, true);
    CHECK_TRUE(net.edge->dataplane.installs.size() > before);
    edge_talks_to(kNew);
}

TEST(TunnelRotation, TheNewKeyIsTriedFirstThenTheOldOne) {
    net.push_branch(kBranchHasBoth);
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::unknown_peer);
    net.advance(kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.at_branch == Received::established);
    edge_talks_to(kOld);
}

TEST(TunnelRotation, TheKeyThatWorkedIsRemembered) {
    net.push_branch(kBranchHasBoth);
    want();
    net.deliver();
    net.advance(kTwoTries, true);
    edge_talks_to(kOld);
    net.advance(120 * kSecond, true);
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
    CHECK_TRUE(net.at_branch == Received::established);
}

TEST(TunnelRotation, WhatIsRememberedIsForgottenWhenTheKeysChange) {
    net.push_branch(kBranchHasBoth);
    want();
    net.deliver();
    net.advance(kTwoTries, true);
    edge_talks_to(kOld);
    constexpr uint8_t kNewer = 6;
    net.push_edge({.own = kEdge, .peer = kNewer});
    net.lose();
    net.advance(kTwoTries, false);
    net.push_branch({.own = kNewer, .previous_own = kNew, .peer = kEdge});
    CHECK_TRUE(net.edge_receives(net.branch->dataplane.take().at(0)) == Received::answered);
}

// An edge that calls shows by the key it calls which ones it knows.
TEST(TunnelRotation, ACallUnderTheNewKeyIsRememberedToo) {
    net.push_branch(kBranchHasBoth);
    want();
    net.deliver();
    net.advance(kTwoTries, true);
    net.push_edge(kEdgeExpects);
    net.advance(kTwoTries, true);
    net.advance(120 * kSecond, true);
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
    edge_talks_to(kNew);
}

TEST(TunnelRotation, MessagesToBothOwnKeysAreTaken) {
    net.push_edge({.own = kNew, .previous_own = kEdge, .peer = kOld});
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
    CHECK_TRUE(net.carries_both_ways());
    net.push_branch({.own = kOld, .peer = kNew});
    net.advance(kTwoTries, true);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelRotation, APeersKeysAlternateAfterOwnOnes) {
    net.push_edge({.own = 8, .peer = 9});  // answers nobody
    net.push_branch({.own = 3, .previous_own = 4, .peer = 6, .next_peer = 7});
    const std::array<uint8_t, 5> called{7, 7, 6, 6, 7};
    for (const uint8_t seed : called) {
        want();
        const auto sent = net.branch->dataplane.take();
        UNSIGNED_LONGS_EQUAL(1, sent.size());
        const crypto::ByteView message = crypto::ByteView(sent[0].bytes).first(sent[0].size_bytes);
        CHECK_TRUE(crypto::Mac1Key(test::identity(seed).public_key).matches(message));
        net.moment.now_ns += 6 * kSecond;
        net.moment.unix_ns += 6 * kSecond;
        net.branch->tunnels.tick(net.moment);
    }
}

TEST(TunnelRotation, TheEndOfTheOverlapEndsTheOldKey) {
    connect();
    edge_talks_to(kOld);
    const uint32_t old_session = net.edge->dataplane.installs.back().receiver_index;
    net.push_edge(kEdgeDone);
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.retired.size());
    UNSIGNED_LONGS_EQUAL(old_session, net.edge->dataplane.retired[0]);
    CHECK_FALSE(net.carries_both_ways());
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::unknown_peer);
}

TEST(TunnelRotation, AnOwnKeyThatIsGoneIsNotAnswered) {
    connect();
    net.push_edge({.own = kNew, .peer = kOld});
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.retired.size());
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::bad_mac1);
}

TEST(TunnelRotation, AnInitiationUnderAKeyThatIsGoneIsDropped) {
    want();
    CHECK_TRUE(net.edge_receives(net.branch->dataplane.take().at(0)) == Received::answered);
    const auto response = net.edge->dataplane.take().at(0);
    net.push_branch(kBranchDone);
    CHECK_TRUE(net.branch_receives(response) != Received::established);
    UNSIGNED_LONGS_EQUAL(0, net.branch->dataplane.installs.size());
}

TEST(TunnelRotation, AnInitiationUnderAKeyThatStaysIsNot) {
    want();
    CHECK_TRUE(net.edge_receives(net.branch->dataplane.take().at(0)) == Received::answered);
    const auto response = net.edge->dataplane.take().at(0);
    net.push_branch(kBranchHasBoth);
    CHECK_TRUE(net.branch_receives(response) == Received::established);
}

TEST(TunnelRotation, AnInitiationUnderTheOldKeyIsOvertakenByACallUnderTheNew) {
    connect();
    net.push_edge(kEdgeExpects);
    net.lose();
    net.moment.now_ns += 6 * kSecond;
    net.moment.unix_ns += 6 * kSecond;
    net.edge->tunnels.tick(net.moment);
    const auto to_old_key = net.edge->dataplane.take().at(0);
    net.push_branch(kBranchHasBoth);
    net.deliver();
    edge_talks_to(kNew);
    net.moment.now_ns += kSecond;
    CHECK_TRUE(net.branch_receives(to_old_key) == Received::answered);
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::unexpected);
    edge_talks_to(kNew);
    CHECK_TRUE(net.carries_both_ways());
}

// With the session gone the peer must not be taken for down before each pair of keys had its try.
TEST(TunnelRotation, APeerIsNotDownBeforeBothKeysWereTried) {
    net.push_branch(kBranchHasBoth);
    want();
    net.deliver();
    net.advance(kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
    CHECK_TRUE(net.branch->dataplane.states.empty());
}

// Time is told apart by key: the device behind the new one may have another clock.
TEST(TunnelRotation, TheNewKeysInitiationsAreNotHeldAgainstTheOldOnesTime) {
    connect();
    net.push_edge(kEdgeExpects);
    net.branch_keys = {.own = kNew, .peer = kEdge};
    net.restart_branch();
    net.moment.unix_ns -= 3600 * kSecond;
    want();
    CHECK_TRUE(net.edge_receives(net.branch->dataplane.take().at(0)) == Received::answered);
}

}  // namespace egret
