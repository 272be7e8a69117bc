// SPDX-License-Identifier: Apache-2.0
// What a push does to tunnels: nothing to those it does not change.
#include "tunnel_many.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::Received;
using crypto::kSecond;
using test::ManyPeers;
using test::TunnelNet;

namespace {

struct TunnelPushTests : Utest {
    TunnelNet net{TunnelNet::Setup{}};

    void want() const { net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    void connect() {
        want();
        net.deliver();
        CHECK_TRUE(net.carries_both_ways());
        net.advance(10 * kSecond, true);
    }

    void push_nobody(test::TunnelNode& node, uint8_t own) const {
        node.tunnels.reconfigure(test::identity(own), {}, net.moment);
    }
};

}  // namespace

TEST_GROUP_BASE(TunnelPush, TunnelPushTests){};

TEST(TunnelPush, WithoutAChangeDoesNothing) {
    connect();
    net.push_branch(net.branch_keys);
    net.push_edge(net.edge_keys);
    net.advance(60 * kSecond, true);
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.installs.size());
    CHECK_TRUE(net.branch->dataplane.retired.empty());
    CHECK_TRUE(net.edge->dataplane.retired.empty());
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelPush, DoesNotDisturbAHandshake) {
    want();
    const auto initiation = net.branch->dataplane.take().at(0);
    net.push_edge(net.edge_keys);
    CHECK_TRUE(net.edge_receives(initiation) == Received::answered);
    net.push_branch(net.branch_keys);
    CHECK_TRUE(net.branch_receives(net.edge->dataplane.take().at(0)) == Received::established);
}

TEST(TunnelPush, ReplaysAreRefusedAfterItAsBefore) {
    want();
    const auto initiation = net.branch->dataplane.take().at(0);
    CHECK_TRUE(net.edge_receives(initiation) == Received::answered);
    net.push_edge(net.edge_keys);
    net.moment.now_ns += kSecond;
    CHECK_TRUE(net.edge_receives(initiation) == Received::replayed);
}

TEST(TunnelPush, CookiesGoOnWorkingThroughAPush) {
    net.edge_under_load = true;
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::cookie_taken);
    net.push_edge(net.edge_keys);
    net.advance(crypto::kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.at_branch == Received::established);
}

TEST(TunnelPush, APeerThatIsGoneLosesItsSessions) {
    connect();
    const uint32_t index = net.edge->dataplane.installs.back().receiver_index;
    push_nobody(*net.edge, TunnelNet::kEdgeKey);
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.retired.size());
    UNSIGNED_LONGS_EQUAL(index, net.edge->dataplane.retired[0]);
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::unknown_peer);
    net.edge->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.edge->tunnels.moved(TunnelNet::kSlot, net.branch->address);
    net.advance(200 * kSecond, true);
    CHECK_TRUE(net.edge->dataplane.states.empty());
}

// Answers to what was begun with a peer arrive after it is gone.
TEST(TunnelPush, WhatComesTooLateForAPeerThatIsGoneDoesNoHarm) {
    want();
    CHECK_TRUE(net.edge_receives(net.branch->dataplane.take().at(0)) == Received::answered);
    const auto response = net.edge->dataplane.take().at(0);
    const uint32_t index = net.edge->dataplane.installs.back().receiver_index;
    push_nobody(*net.branch, TunnelNet::kBranchKey);
    push_nobody(*net.edge, TunnelNet::kEdgeKey);
    CHECK_TRUE(net.branch_receives(response) == Received::unexpected);
    net.edge->tunnels.refused(index, api::InstallStatus::no_such_peer, net.moment);
    net.edge->tunnels.confirmed(TunnelNet::kSlot, index);
    net.advance(100 * kSecond, true);
    CHECK_TRUE(net.branch->dataplane.installs.empty());
    CHECK_TRUE(net.branch->tunnels.due_ns() == control::kNever);
}

TEST(TunnelPush, APeerThatComesBackBeginsAnew) {
    connect();
    push_nobody(*net.edge, TunnelNet::kEdgeKey);
    net.push_edge(net.edge_keys);
    CHECK_FALSE(net.carries_both_ways());
    want();
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
}

// After a dataplane began anew, slots may be counted anew.
TEST(TunnelPush, ASlotMayBeAnotherPeersThen) {
    connect();
    net.push_edge({.own = TunnelNet::kEdgeKey, .peer = 77});
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.retired.size());
    net.edge->tunnels.want_session(TunnelNet::kSlot, net.moment);
    UNSIGNED_LONGS_EQUAL(0, net.edge->dataplane.outbox.size());
}

TEST(TunnelPush, AWallClockSetBackDoesNotKeepAReturningPeerFromBeingCalled) {
    connect();
    push_nobody(*net.branch, TunnelNet::kBranchKey);
    net.moment.unix_ns -= 3600 * kSecond;
    net.push_branch(net.branch_keys);
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
}

TEST(TunnelPush, AnotherSuiteEndsTheSessionsOfTheOld) {
    connect();
    net.used.edge_suite = crypto::Suite::aes256gcm;
    net.push_edge(net.edge_keys);
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.retired.size());
    want();
    CHECK_TRUE(net.edge_receives(net.branch->dataplane.take().at(0)) == Received::wrong_suite);
}

TEST(TunnelPush, ANewEndpointIsCalled) {
    ManyPeers node(1);
    node.tunnels->moved(0, {{api::Family::ipv4, {192, 0, 2, 9}}, 9});
    auto peers = ManyPeers::peers(1);
    peers[0].endpoint.port = 777;
    node.push(std::move(peers));
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.outbox.size());
    UNSIGNED_LONGS_EQUAL(777, node.dataplane.outbox[0].destination.port);
}

TEST(TunnelPush, TheSameEndpointDoesNotUndoAMove) {
    ManyPeers node(1);
    node.tunnels->moved(0, {{api::Family::ipv4, {192, 0, 2, 9}}, 9});
    node.push(ManyPeers::peers(1));
    node.tunnels->want_session(0, node.moment);
    UNSIGNED_LONGS_EQUAL(9, node.dataplane.outbox.at(0).destination.port);
}

TEST(TunnelPush, NewPeersAreCalledOldOnesAreNot) {
    ManyPeers node(2);
    node.push(ManyPeers::peers(3));
    node.advance(kSecond);
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.slots.size());
    UNSIGNED_LONGS_EQUAL(2, node.dataplane.slots[0]);
}

TEST(TunnelPush, TimersOfPeersThatStayGoOn) {
    ManyPeers node(2);
    node.tunnels->want_session(0, node.moment);
    node.tunnels->want_session(1, node.moment);
    node.dataplane.take();
    node.push(ManyPeers::peers(1));
    node.advance(6 * kSecond);
    UNSIGNED_LONGS_EQUAL(1, node.sent_at_ns.size());
    UNSIGNED_LONGS_EQUAL(0, node.dataplane.slots.back());
}

}  // namespace egret
