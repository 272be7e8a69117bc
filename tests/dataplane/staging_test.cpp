// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::EventKind;
using egret::api::PeerState;
using egret::api::Side;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// Packets of a branch that wait for their peer's first session.
TEST_GROUP(Staging)
{
    static constexpr size_t kRoom = 128;
    NodeHarness branch{branch_tables(), {.workers = 1}};

    NodeOutput send(uint16_t port) {
        const FlowPacket packet{.protocol = kUdpProtocol, .client_port = port};
        return branch.process(Side::inside, client_frame(packet));
    }

    void fill() {
        for (uint16_t port = 0; port < kRoom; ++port) {
            const NodeOutput output = send(static_cast<uint16_t>(1000 + port));
            CHECK_TRUE(output.outside.empty() && output.drops.empty());
        }
        UNSIGNED_LONGS_EQUAL(kRoom, branch.packets_staged());
    }

    static uint16_t client_port_in(const FarEnd& edge, const Bytes& frame) {
        const Bytes payload = edge.open_frame(frame).value();
        return read_packet(without_front(payload, 12)).source_port;
    }
};

TEST(Staging, KeepsAsManyPacketsAsFitAndRefusesTheNewest) {
    fill();
    STRCMP_EQUAL("staging_full", drop_of(send(1)));
    UNSIGNED_LONGS_EQUAL(kRoom, branch.packets_staged());
    UNSIGNED_LONGS_EQUAL(1, branch.events(EventKind::session_wanted).size());
}

TEST(Staging, LeavesInOrderWithTheFirstCounters) {
    fill();
    const FarEnd edge(branch, {.node_initiated = true});
    const NodeOutput output = branch.flush_staged(kSlot);
    UNSIGNED_LONGS_EQUAL(kRoom, output.outside.size());
    for (uint16_t i = 0; i < kRoom; ++i) {
        UNSIGNED_LONGS_EQUAL(i, counter_of(output.outside[i]));
        UNSIGNED_LONGS_EQUAL(1000 + i, client_port_in(edge, output.outside[i]));
    }
    UNSIGNED_LONGS_EQUAL(0, branch.packets_staged());
    UNSIGNED_LONGS_EQUAL(kRoom, counter_of(only(send(1).outside)));
}

TEST(Staging, KeepsTheTrafficClassOfWhatWaits) {
    for (const auto family : kFamilies) {
        NodeHarness node(branch_tables(), {.workers = 1});
        PacketBuilder builder;
        builder.ethernet(kClientMac, kGatewayMac);
        family == egret::api::Family::ipv4
            ? builder.ipv4(kClient.ipv4, kService.ipv4, {.tos = 0xb9})
            : builder.ipv6(kClient.ipv6, kService.ipv6, {.traffic_class = 0xb9});
        node.process(Side::inside, builder.udp(1, 2).bytes());
        const FarEnd edge(node, {.node_initiated = true});
        UNSIGNED_LONGS_EQUAL(
            0xb9,
            read_frame(only(node.flush_staged(kSlot).outside)).traffic_class
        );
    }
}

TEST(Staging, WaitsWhileThereIsNoSession) {
    send(1);
    const NodeOutput output = branch.flush_staged(kSlot);
    CHECK_TRUE(output.outside.empty() && output.drops.empty());
    CHECK_TRUE(branch.flush_staged(99).drops.empty());  // an unknown slot is no error
    UNSIGNED_LONGS_EQUAL(1, branch.packets_staged());
}

TEST(Staging, IsDroppedByNameWhenHandshakesGoUnanswered) {
    fill();
    branch.node().set_peer_state(kSlot, PeerState::down);
    const NodeOutput output = branch.flush_staged(kSlot);
    UNSIGNED_LONGS_EQUAL(kRoom, output.drops.size());
    UNSIGNED_LONGS_EQUAL(kRoom, branch.drops(DropReason::no_session));
    CHECK_TRUE(output.outside.empty());
    STRCMP_EQUAL("no_session", drop_of(send(1)));
}

TEST(Staging, AResponderSendsWithTheFirstAuthenticMessage) {
    NodeHarness edge(edge_tables());
    FarEnd first(edge, {.node_index = 1, .key = 1});
    first.send(with_claim(kOrigin.ipv4, client_packet()));
    edge.now_ns += 181 * kSecond;
    edge.process(Side::inside, service_frame());
    UNSIGNED_LONGS_EQUAL(1, edge.packets_staged());
    FarEnd second(edge, {.node_index = 2, .key = 2});
    CHECK_TRUE(edge.flush_staged(kSlot).outside.empty());  // the peer may not have the keys yet
    const NodeOutput output = second.send({});
    CHECK_TRUE(second.open_frame(only(output.outside)).has_value());
    UNSIGNED_LONGS_EQUAL(0, edge.packets_staged());
}

TEST(Staging, EndsWithItsPeer) {
    fill();
    egret::api::Tables without = branch_tables();
    without.generation = 2;
    without.peers.clear();
    without.groups[0].members = {};
    CHECK_TRUE(branch.node().publish(without));
    branch.poll();
    UNSIGNED_LONGS_EQUAL(0, branch.packets_staged());
    UNSIGNED_LONGS_EQUAL(kRoom, branch.drops(DropReason::no_session));
}

TEST(Staging, EndsWithItsNode) {
    // The plugin of main.cpp sees that every buffer comes back.
    fill();
}

TEST(Staging, AStateSetBeforeTheFirstBurstCounts) {
    NodeHarness fresh(branch_tables());
    fresh.node().set_peer_state(kSlot, PeerState::down);
    STRCMP_EQUAL("no_session", drop_of(fresh.process(Side::inside, client_frame())));
    fresh.node().set_peer_state(42, PeerState::down);  // unknown slots are ignored
}
