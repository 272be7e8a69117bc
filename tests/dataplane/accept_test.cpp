// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <initializer_list>

#include <CppUTest/TestHarness.h>

using egret::api::Carry;
using egret::api::DropReason;
using egret::api::Family;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// What comes out of the tunnel at a branch, from an edge whose key may be stolen.
TEST_GROUP(Accept)
{
    NodeHarness branch{branch_tables()};
    FarEnd edge{branch, {.node_initiated = true}};

    NodeOutput send(const Bytes& frame) {
        return branch.process(Side::inside, frame);
    }

    void open(const FlowPacket& packet = {}) {
        UNSIGNED_LONGS_EQUAL(1, send(client_frame(packet)).outside.size());
    }

    static PacketBuilder lan_frame(const Mac& source, const Mac& destination) {
        return PacketBuilder().ethernet(source, destination);
    }

    static Bytes with_vlans(const Mac& source, std::initializer_list<uint16_t> vlans) {
        PacketBuilder builder = lan_frame(source, kGatewayMac);
        for (const uint16_t vlan : vlans) {
            builder.vlan(vlan);
        }
        return builder.ipv4(kClient.ipv4, kService.ipv4).tcp(kClientPort, kServicePort).bytes();
    }
};

TEST(Accept, AnAnswerReachesTheClient) {
    for (const Family family : kFamilies) {
        for (const uint8_t protocol : {kTcpProtocol, kUdpProtocol}) {
            const FlowPacket packet{.family = family, .protocol = protocol};
            open(packet);
            const Bytes frame = only(edge.send(service_packet(packet)).inside);
            CHECK_TRUE(without_front(frame, 14) == service_packet(packet));
            const Dissection seen = read_frame(frame);
            CHECK_TRUE(seen.source_mac == kGatewayMac);
            CHECK_TRUE(seen.destination_mac == kClientMac);
        }
    }
}

TEST(Accept, NobodyCanOpenAFlowFromTheTunnel) {
    const Bytes uninvited[] = {
        service_packet(),
        service_packet({.tcp = {.flags = kSyn}}),
        service_packet({.protocol = kUdpProtocol}),
        client_packet(),
        PacketBuilder()
            .ipv4(kService.ipv4, kClient.ipv4)
            .icmp(3, 3)
            .payload(client_packet())
            .bytes(),
    };
    for (const Bytes& packet : uninvited) {
        STRCMP_EQUAL("unsolicited", drop_of(edge.send(packet)));
    }
    UNSIGNED_LONGS_EQUAL(0, branch.flows());
}

TEST(Accept, OnlyTheExactTupleAnswers) {
    open();
    const Bytes near_misses[] = {
        service_packet({.server = kRelaxed}),
        service_packet({.client_port = kClientPort + 1}),
        service_packet({.server_port = kServicePort + 1}),
        service_packet({.protocol = kUdpProtocol}),
        service_packet({}, {"10.42.0.6", ""}),
        client_packet(),  // the flow's own direction
    };
    for (const Bytes& packet : near_misses) {
        STRCMP_EQUAL("unsolicited", drop_of(edge.send(packet)));
    }
    UNSIGNED_LONGS_EQUAL(1, edge.send(service_packet()).inside.size());
}

TEST(Accept, ADirectFlowIsNotAnsweredFromTheTunnel) {
    const FlowPacket direct{.server = kElsewhere};
    send(client_frame(direct));
    STRCMP_EQUAL("unsolicited", drop_of(edge.send(service_packet(direct))));
}

TEST(Accept, AFlowThatIsOverIsNotAnswered) {
    const FlowPacket udp{.protocol = kUdpProtocol};
    open(udp);
    branch.now_ns += 120 * kSecond + 1;
    STRCMP_EQUAL("unsolicited", drop_of(edge.send(service_packet(udp))));
}

TEST(Accept, OnlyPeersOfTheFlowsGroupMayAnswer) {
    Tables tables = branch_tables();
    egret::api::Peer standby = tables.peers[0];
    standby.slot = 1;
    standby.priority = 20;
    egret::api::Peer stranger = tables.peers[0];
    stranger.slot = 2;
    stranger.group = 1;
    tables.peers.push_back(standby);
    tables.peers.push_back(stranger);
    tables.groups = {{add_numbers(tables, {0, 1})}, {add_numbers(tables, {2})}};
    NodeHarness node(tables);
    FarEnd first(node, {.slot = 0, .node_initiated = true, .node_index = 1});
    FarEnd second(node, {.slot = 1, .node_initiated = true, .node_index = 2});
    FarEnd third(node, {.slot = 2, .node_initiated = true, .node_index = 3});
    CHECK_TRUE(
        first.open_frame(only(node.process(Side::inside, client_frame()).outside)).has_value()
    );
    UNSIGNED_LONGS_EQUAL(1, first.send(service_packet()).inside.size());
    UNSIGNED_LONGS_EQUAL(1, second.send(service_packet()).inside.size());
    STRCMP_EQUAL("unsolicited", drop_of(third.send(service_packet())));
}

TEST(Accept, AnswersOfTranslatedFlowsGoBackToTheirClient) {
    NodeHarness node(branch_tables({.carry = Carry::source}));
    FarEnd far(node, {.node_initiated = true});
    node.process(Side::inside, client_frame());
    const Bytes frame = only(far.send(service_packet({}, kOrigin)).inside);
    CHECK_TRUE(without_front(frame, 14) == service_packet());
    // The client's own address means nothing in there.
    STRCMP_EQUAL("unsolicited", drop_of(far.send(service_packet())));
}

TEST(Accept, TheLinkHeaderIsTheNewestFramesReversed) {
    const Mac moved{0x02, 0, 0, 0, 0, 0x99};
    for (const Mac& mac : {kClientMac, moved}) {
        send(with_vlans(mac, {}));
        const Dissection seen = read_frame(only(edge.send(service_packet()).inside));
        CHECK_TRUE(seen.destination_mac == mac);
        CHECK_TRUE(seen.source_mac == kGatewayMac);
        UNSIGNED_LONGS_EQUAL(0, seen.vlan);
    }
}

TEST(Accept, TagsComeBackAsTheyWere) {
    send(with_vlans(kClientMac, {7}));
    Bytes frame = only(edge.send(service_packet()).inside);
    UNSIGNED_LONGS_EQUAL(7, read_frame(frame).vlan);
    UNSIGNED_LONGS_EQUAL(18, read_frame(frame).l3);
    NodeHarness node(branch_tables());
    FarEnd far(node, {.node_initiated = true});
    node.process(Side::inside, with_vlans(kClientMac, {7, 8}));
    frame = only(far.send(service_packet()).inside);
    UNSIGNED_LONGS_EQUAL(22, read_frame(frame).l3);
    UNSIGNED_LONGS_EQUAL(7, load16(frame, 14));
    UNSIGNED_LONGS_EQUAL(8, load16(frame, 18));
}

TEST(Accept, TheSameAddressInTwoVlansIsTwoClients) {
    const NodeOutput first = send(with_vlans(kClientMac, {7}));
    const NodeOutput second = send(with_vlans(kClientMac, {8}));
    const auto port_in = [this](const NodeOutput& output) {
        const Bytes payload = edge.open_frame(only(output.outside)).value();
        return read_packet(without_front(payload, 12)).source_port;
    };
    const uint16_t first_port = port_in(first);
    const uint16_t second_port = port_in(second);
    UNSIGNED_LONGS_EQUAL(kClientPort, first_port);
    CHECK_TRUE(first_port != second_port);
    const auto answer = [&](uint16_t port) {
        const Bytes packet =
            PacketBuilder().ipv4(kService.ipv4, kClient.ipv4).tcp(kServicePort, port).bytes();
        return read_frame(only(edge.send(packet).inside));
    };
    UNSIGNED_LONGS_EQUAL(7, answer(first_port).vlan);
    UNSIGNED_LONGS_EQUAL(8, answer(second_port).vlan);
    UNSIGNED_LONGS_EQUAL(kClientPort, answer(second_port).destination_port);
}
