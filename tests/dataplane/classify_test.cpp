// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <string>
#include <utility>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::EventKind;
using egret::api::Family;
using egret::api::PeerState;
using egret::api::Side;
using egret::api::Tables;
using egret::api::Verdict;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// Frames from the LAN, by what a branch's rules say. The test plays the edge.
TEST_GROUP(Classify)
{
    NodeHarness branch{branch_tables()};
    FarEnd edge{branch, {.node_initiated = true}};

    NodeOutput send(const FlowPacket& packet) {
        return branch.process(Side::inside, client_frame(packet));
    }

    static NodeOutput send(const Tables& tables, const FlowPacket& packet) {
        NodeHarness node(tables);
        const FarEnd far(node, {.node_initiated = true});
        return node.process(Side::inside, client_frame(packet));
    }

    static PacketBuilder lan() {
        return PacketBuilder().ethernet(kClientMac, kGatewayMac);
    }

    /// Fragments and other packets nobody can assign to a flow, towards `server`.
    static std::vector<std::pair<std::string, Bytes>> unassignable(const Dual& server) {
        Bytes broken = lan().ipv4(kClient.ipv4, server.ipv4).tcp(1, 443).bytes();
        store16(broken, 16, 2000);
        Bytes broken6 = lan().ipv6(kClient.ipv6, server.ipv6).tcp(1, 443).bytes();
        store16(broken6, 18, 2000);
        return {
            {"fragment",
             lan().ipv4(kClient.ipv4, server.ipv4, {.fragment = 0x2000}).tcp(1, 443).bytes()},
            {"fragment",
             lan().ipv4(kClient.ipv4, server.ipv4, {.fragment = 20}).payload(99).bytes()},
            {"fragment",
             lan().ipv6(kClient.ipv6, server.ipv6).fragment_header(1).tcp(1, 443).bytes()},
            {"no_transport_header",
             lan().ipv4(kClient.ipv4, server.ipv4).protocol(6).payload(10).bytes()},
            {"no_transport_header",
             lan()
                 .ipv6(kClient.ipv6, server.ipv6)
                 .extension(kRoutingHeader, {0, 1})
                 .tcp(1, 443)
                 .bytes()},
            {"malformed", broken},
            {"malformed", broken6},
        };
    }
};

TEST(Classify, ADirectFrameLeavesAsItCame) {
    for (const Family family : kFamilies) {
        const Bytes frame = client_frame({.server = kElsewhere, .family = family, .payload = 1460});
        CHECK_TRUE(only(branch.process(Side::inside, frame).outside) == frame);
    }
    const Bytes others[] = {
        lan().payload(46).bytes(),
        lan().ipv4(kClient.ipv4, kService.ipv4).icmp(8, 0, 1).payload(56).bytes(),
        lan().ipv4(kClient.ipv4, "224.0.0.251").udp(5353, 5353).bytes(),
        Bytes(1),
    };
    for (const Bytes& frame : others) {
        CHECK_TRUE(only(branch.process(Side::inside, frame).outside) == frame);
    }
}

TEST(Classify, ARuleCanDrop) {
    for (const Family family : kFamilies) {
        for (int i = 0; i < 3; ++i) {
            STRCMP_EQUAL("rule", drop_of(send({.server = kForbidden, .family = family})));
        }
    }
    UNSIGNED_LONGS_EQUAL(6, branch.drops(DropReason::rule));
}

TEST(Classify, WhatCannotBeAssignedToAFlowIsDroppedTowardsTunnelDestinations) {
    for (const auto& [reason, frame] : unassignable(kService)) {
        STRCMP_EQUAL(reason.c_str(), drop_of(branch.process(Side::inside, frame)));
    }
}

TEST(Classify, WhatCannotBeAssignedToAFlowPassesElsewhere) {
    for (const auto& [reason, frame] : unassignable(kElsewhere)) {
        CHECK_TRUE(only(branch.process(Side::inside, frame).outside) == frame);
    }
}

TEST(Classify, FramesLeaveInTheOrderTheyCame) {
    const std::vector<Bytes> frames{
        client_frame({.server = kElsewhere, .protocol = kUdpProtocol}),
        lan().ipv4(kClient.ipv4, kElsewhere.ipv4, {.fragment = 0x2000}).payload(64).bytes(),
        lan().payload(46).bytes(),
        client_frame({.server = kElsewhere}),
    };
    CHECK_TRUE(branch.process(Side::inside, frames).outside == frames);
}

TEST(Classify, HostsWithoutAnOriginAreNotSignaled) {
    Tables tables = branch_tables();
    tables.egress_ipv4 = {};
    STRCMP_EQUAL("no_origin", drop_of(send(tables, {})));
    UNSIGNED_LONGS_EQUAL(1, send(tables, {.family = Family::ipv6}).outside.size());
    tables.egress_ipv6 = {};
    STRCMP_EQUAL("no_origin", drop_of(send(tables, {.family = Family::ipv6})));
    tables.egress_ipv6 = add_prefixes(tables, {"2001:db8:99::/48", "2001:db8:42:1::/64"});
    STRCMP_EQUAL("source_not_egress", drop_of(send(tables, {.family = Family::ipv6})));
    // Without signaling nobody claims anything.
    tables.signaling = false;
    UNSIGNED_LONGS_EQUAL(1, send(tables, {.family = Family::ipv6}).outside.size());
    UNSIGNED_LONGS_EQUAL(1, send(tables, {}).outside.size());
}

TEST(Classify, BlockedQuicMakesClientsUseTcp) {
    Tables tables = branch_tables();
    tables.block_quic = true;
    STRCMP_EQUAL("quic_blocked", drop_of(send(tables, {.protocol = kUdpProtocol})));
    UNSIGNED_LONGS_EQUAL(
        1,
        send(tables, {.protocol = kUdpProtocol, .server_port = 444}).outside.size()
    );
    UNSIGNED_LONGS_EQUAL(1, send(tables, {}).outside.size());
    const Bytes elsewhere = client_frame({.server = kElsewhere, .protocol = kUdpProtocol});
    NodeHarness node(tables);
    CHECK_TRUE(only(node.process(Side::inside, elsewhere).outside) == elsewhere);
}

TEST(Classify, AVerdictIsForLife) {
    send({});
    const FlowPacket direct{.server = kElsewhere};
    send(direct);
    Tables reversed = branch_tables();
    reversed.generation = 2;
    reversed.destinations =
        egret::api::PrefixTable::build({{egret::api::parse_prefix("192.88.99.0/24").value(), 1}});
    CHECK_TRUE(branch.node().publish(reversed));
    CHECK_TRUE(edge.open_frame(only(send({}).outside)).has_value());
    CHECK_TRUE(only(send(direct).outside) == client_frame(direct));
    // New flows go by the new generation.
    const FlowPacket next{.client_port = 1};
    CHECK_TRUE(only(send(next).outside) == client_frame(next));
    const FlowPacket next_direct{.server = kElsewhere, .client_port = 1};
    CHECK_TRUE(edge.open_frame(only(send(next_direct).outside)).has_value());
}

TEST(Classify, WhenTheGroupIsDownTheRuleDecides) {
    NodeHarness node(branch_tables());
    node.node().set_peer_state(kSlot, PeerState::down);
    STRCMP_EQUAL("no_session", drop_of(node.process(Side::inside, client_frame())));
    const Bytes relaxed = client_frame({.server = kRelaxed});
    CHECK_TRUE(only(node.process(Side::inside, relaxed).outside) == relaxed);
    // Once direct the flow stays direct, and once in the tunnel it never leaves in clear.
    const FarEnd far(node, {.node_initiated = true});
    CHECK_TRUE(only(node.process(Side::inside, relaxed).outside) == relaxed);
    const Bytes tunnelled = client_frame({.server = kRelaxed, .client_port = 1});
    CHECK_TRUE(far.open_frame(only(node.process(Side::inside, tunnelled).outside)).has_value());
    node.now_ns += 181 * kSecond;
    node.node().set_peer_state(kSlot, PeerState::down);
    STRCMP_EQUAL("no_session", drop_of(node.process(Side::inside, tunnelled)));
}

TEST(Classify, FlowsAreReportedWithTheirRule) {
    send({});
    send({.server = kElsewhere});
    const auto events = branch.events(EventKind::flow_opened);
    UNSIGNED_LONGS_EQUAL(2, events.size());
    CHECK_TRUE(events[0].verdict == Verdict::tunnel);
    UNSIGNED_LONGS_EQUAL(kServiceRule, events[0].rule);
    UNSIGNED_LONGS_EQUAL(kServiceSegment, events[0].segment);
    UNSIGNED_LONGS_EQUAL(kSlot, events[0].peer);
    CHECK_TRUE(events[0].origin == address(kOrigin.ipv4));
    CHECK_TRUE(events[1].verdict == Verdict::direct);
    UNSIGNED_LONGS_EQUAL(egret::api::kNone, events[1].rule);
}

TEST(Classify, APushThatRemovesThePeerNeverLetsItsFlowsOutInClear) {
    send({});
    Tables without = branch_tables();
    without.generation = 2;
    without.peers.clear();
    without.groups[0].members = {};
    CHECK_TRUE(branch.node().publish(without));
    STRCMP_EQUAL("no_session", drop_of(send({})));
    STRCMP_EQUAL("no_session", drop_of(send({.client_port = 2})));
}
