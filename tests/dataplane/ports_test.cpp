// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"
#include "tables/flow_key.hpp"

#include <set>

#include <CppUTest/TestHarness.h>

using egret::FlowKey;
using egret::api::DropReason;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint64_t kSeed = 0x77;

Bytes from(std::string_view client, uint16_t port) {
    const Bytes packet = PacketBuilder().ipv4(client, kService.ipv4).udp(port, 53).bytes();
    return with_claim(kOrigin.ipv4, packet);
}

/// Where the edge begins to look for a port for a flow whose own is taken (stages/flows.cpp).
uint16_t first_tried(std::string_view client, uint16_t port) {
    FlowKey key;
    key.family = egret::api::Family::ipv4;
    key.protocol = kUdpProtocol;
    key.source = address(client).bytes;
    key.destination = address(kService.ipv4).bytes;
    key.source_port = port;
    key.destination_port = 53;
    key.zone = egret::kTunnelZone | kSlot;
    return static_cast<uint16_t>(hash_of(key, kSeed) % (65536 - 1024));
}

}  // namespace

/// Clients of one site that use the same source port behind one presented address.
TEST_GROUP(Ports)
{
    NodeHarness edge{edge_tables(), {.flow_capacity = 1024, .hash_seed = kSeed, .workers = 1}};
    FarEnd branch{edge, {}};

    uint16_t presented_port(const Bytes& payload) {
        return read_frame(only(branch.send(payload).inside)).source_port;
    }
};

TEST(Ports, AreKeptWhereTheyAreFree) {
    UNSIGNED_LONGS_EQUAL(1, presented_port(from("10.42.0.5", 1)));
    UNSIGNED_LONGS_EQUAL(65535, presented_port(from("10.42.0.5", 65535)));
    UNSIGNED_LONGS_EQUAL(1, presented_port(from("10.42.0.5", 1)));
}

TEST(Ports, TellClientsApart) {
    std::set<uint16_t> ports;
    for (unsigned host = 1; host < 200; ++host) {
        const std::string client = "10.42.0." + std::to_string(host);
        const uint16_t port = presented_port(from(client, 5000));
        CHECK_TRUE(port == 5000 || port >= 1024);
        CHECK_TRUE(ports.insert(port).second);
        // The same packet again goes the same way.
        UNSIGNED_LONGS_EQUAL(port, presented_port(from(client, 5000)));
        const Bytes answer = PacketBuilder()
                                 .ethernet(kServiceMac, kEdgeInsideMac)
                                 .ipv4(kService.ipv4, kOrigin.ipv4)
                                 .udp(53, port)
                                 .bytes();
        const Bytes sealed = only(edge.process(Side::inside, answer).outside);
        const Dissection back = read_packet(branch.open_frame(sealed).value());
        STRCMP_EQUAL(client.c_str(), back.destination.c_str());
        UNSIGNED_LONGS_EQUAL(5000, back.destination_port);
    }
}

TEST(Ports, OneIsFreeAgainWhenItsFlowIsOver) {
    presented_port(from("10.42.0.5", 5000));
    edge.now_ns += 121'000'000'000;
    for (int i = 0; i < 1024; ++i) {
        edge.poll();
    }
    UNSIGNED_LONGS_EQUAL(5000, presented_port(from("10.42.0.6", 5000)));
}

TEST(Ports, TheSearchForOneEnds) {
    constexpr uint16_t kTries = 128;
    const std::string_view late = "10.42.0.200";
    const uint16_t start = first_tried(late, 5000);
    // Other clients hold the port itself and every one that is tried for it.
    presented_port(from("10.42.0.6", 5000));
    for (unsigned i = 0; i < kTries; ++i) {
        const auto port = static_cast<uint16_t>(1024 + (start + i) % (65536 - 1024));
        UNSIGNED_LONGS_EQUAL(port, presented_port(from("10.42.0.7", port)));
    }
    const uint32_t flows = edge.flows();
    STRCMP_EQUAL("no_port", drop_of(branch.send(from(late, 5000))));
    UNSIGNED_LONGS_EQUAL(flows, edge.flows());
    UNSIGNED_LONGS_EQUAL(1, edge.drops(DropReason::no_port));
}

TEST(Ports, AnswersOfNobodyAreNotOurs) {
    presented_port(from("10.42.0.5", 5000));
    const auto answer = [](std::string_view server, std::string_view to, uint16_t port) {
        return PacketBuilder()
            .ethernet(kServiceMac, kEdgeInsideMac)
            .ipv4(server, to)
            .udp(53, port)
            .bytes();
    };
    const Bytes frames[] = {
        answer(kService.ipv4, kOrigin.ipv4, 5001),
        answer(kElsewhere.ipv4, kOrigin.ipv4, 5000),
        answer(kService.ipv4, "203.0.113.99", 5000),
        PacketBuilder().ethernet(kServiceMac, kEdgeInsideMac).payload(46).bytes(),
        PacketBuilder()
            .ethernet(kServiceMac, kEdgeInsideMac)
            .ipv4(kService.ipv4, kOrigin.ipv4)
            .icmp(8, 0, 1)
            .bytes(),
    };
    for (const Bytes& frame : frames) {
        STRCMP_EQUAL("not_ours", drop_of(edge.process(Side::inside, frame)));
    }
}
