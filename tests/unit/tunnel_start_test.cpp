// SPDX-License-Identifier: Apache-2.0
// A dataplane that begins to run: who is called, and when.
#include "tunnel_many.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

#include <CppUTest/TestHarness.h>

namespace egret {

using crypto::kSecond;
using test::ManyPeers;
using test::TunnelNet;

TEST_GROUP(TunnelStart)
{};

TEST(TunnelStart, OnePeerIsCalledAtOnce) {
    ManyPeers node(1);
    node.tunnels->start(node.moment);
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.outbox.size());
}

TEST(TunnelStart, AThousandPeersAreCalledWithinASecondButNotAtOnce) {
    ManyPeers node(1000);
    const uint64_t begin = node.moment.now_ns;
    node.tunnels->start(node.moment);
    node.advance(kSecond);
    UNSIGNED_LONGS_EQUAL(1000, node.sent_at_ns.size());
    for (uint64_t tenth = 0; tenth < 10; ++tenth) {
        const auto n = std::ranges::count_if(node.sent_at_ns, [&](uint64_t sent) {
            return (sent - begin) / (kSecond / 10) == tenth;
        });
        CHECK_TRUE(n > 50 && n < 150);
    }
}

TEST(TunnelStart, AFewPeersDoNotWaitASecond) {
    ManyPeers node(10);
    const uint64_t begin = node.moment.now_ns;
    node.tunnels->start(node.moment);
    node.advance(kSecond / 100);
    UNSIGNED_LONGS_EQUAL(10, node.sent_at_ns.size());
    CHECK_TRUE(node.sent_at_ns.back() - begin < kSecond / 100);
}

TEST(TunnelStart, TheSpreadFollowsTheSeed) {
    ManyPeers one(100);
    ManyPeers same(100);
    ManyPeers other(100, 2);
    for (ManyPeers* node : {&one, &same, &other}) {
        node->tunnels->start(node->moment);
        node->advance(kSecond);
    }
    CHECK_TRUE(one.sent_at_ns == same.sent_at_ns);
    CHECK_TRUE(one.sent_at_ns != other.sent_at_ns);
}

// Ten thousand at once would keep the caller from its socket for seconds.
TEST(TunnelStart, OneTickDoesABoundedAmount) {
    ManyPeers node(300);
    node.tunnels->start(node.moment);
    node.dataplane.take();
    node.moment.now_ns += kSecond;
    size_t n_sent = 0;
    while (node.tunnels->due_ns() <= node.moment.now_ns) {
        node.tunnels->tick(node.moment);
        const size_t n = node.dataplane.take().size();
        CHECK_TRUE(n <= control::Tunnels::kMostPerTick);
        n_sent += n;
    }
    CHECK_TRUE(n_sent > 250);
}

TEST(TunnelStart, TrafficDoesNotWaitForTheSpread) {
    ManyPeers node(100);
    node.tunnels->start(node.moment);
    node.dataplane.take();
    node.tunnels->want_session(90, node.moment);
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.outbox.size());
    UNSIGNED_LONGS_EQUAL(91, node.dataplane.outbox[0].destination.port);
    node.advance(kSecond);
    UNSIGNED_LONGS_EQUAL(1, std::ranges::count(node.dataplane.slots, uint16_t{90}));
}

TEST(TunnelStart, APeerThatHadASessionIsCalledWhereItWas) {
    TunnelNet net{TunnelNet::Setup{}};
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.deliver();
    net.edge->tunnels.start(net.moment);
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.outbox.size());
    CHECK_TRUE(net.edge->dataplane.outbox[0].destination == net.branch->address);
}

TEST(TunnelStart, APeerWhoseSessionIsOverIsNot) {
    TunnelNet net{TunnelNet::Setup{}};
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.deliver();
    net.advance(crypto::kRejectAfterTime, true);
    net.edge->tunnels.start(net.moment);
    UNSIGNED_LONGS_EQUAL(0, net.edge->dataplane.outbox.size());
}

TEST(TunnelStart, APeerThatIsKeptAliveIsCalledOnceItsPlaceIsKnown) {
    ManyPeers node(0);
    auto peers = ManyPeers::peers(2);
    for (auto& peer : peers) {
        peer.endpoint = {};
        peer.keepalive = peer.slot == 1;
    }
    node.push(std::move(peers));
    const api::Endpoint somewhere{{api::Family::ipv4, {192, 0, 2, 9}}, 9};
    node.tunnels->moved(0, somewhere);
    node.tunnels->moved(1, somewhere);
    node.tunnels->start(node.moment);
    node.advance(kSecond);
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.slots.size());
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.slots[0]);
}

TEST(TunnelStart, ATryThatIsUnderWayIsNotWaitedFor) {
    ManyPeers node(1);
    node.tunnels->want_session(0, node.moment);
    node.dataplane.take();
    node.moment.now_ns += kSecond;
    node.tunnels->start(node.moment);
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.outbox.size());
}

TEST(TunnelStart, WhatTheOldInstanceAnswersIsNotBelieved) {
    TunnelNet net{TunnelNet::Setup{}};
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.deliver();
    const uint32_t index = net.branch->dataplane.installs.back().receiver_index;
    net.advance(10 * kSecond, true);
    net.branch->tunnels.start(net.moment);
    net.deliver();
    const size_t n_installs = net.branch->dataplane.installs.size();
    net.branch->tunnels.refused(index, api::InstallStatus::wrong_instance, net.moment);
    net.branch->tunnels.confirmed(TunnelNet::kSlot, index);
    net.advance(60 * kSecond, true);
    UNSIGNED_LONGS_EQUAL(n_installs, net.branch->dataplane.installs.size());
}

}  // namespace egret
