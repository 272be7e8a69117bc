// SPDX-License-Identifier: Apache-2.0
#include "node_pair.hpp"
#include "packets.hpp"

#include <functional>

#include <CppUTest/TestHarness.h>

using egret::api::Carry;
using egret::api::Family;
using egret::api::Present;
using egret::crypto::Suite;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// Every combination of suite, carry, outer family and presentation, with every kind of packet, there and back.
TEST_GROUP(Matrix)
{static void each_scenario(const std::function<void(const Scenario&)>& run
){for (const Suite suite
       : {Suite::wireguard, Suite::aes256gcm}){for (const Carry carry
                                                    : {Carry::header, Carry::source}){
    for (const Family outer
         : kFamilies){for (const Present present
                           : {Present::origin, Present::anchor, Present::edge}){
        run({.suite = suite, .carry = carry, .outer = outer, .present = present});
}
}
}
}
}

static void there_and_back(NodePair& pair, const Scenario& scenario, const FlowPacket& packet) {
    const Dual seen = scenario.present == Present::origin ? kOrigin : kPool;
    const Dissection at_service = read_frame(only(pair.from_clients({client_frame(packet)})));
    STRCMP_EQUAL(seen.of(packet.family).data(), at_service.source.c_str());
    STRCMP_EQUAL(packet.server.of(packet.family).data(), at_service.destination.c_str());
    CHECK_TRUE(at_service.payload == read_frame(client_frame(packet)).payload);
    const Bytes answer = service_frame(packet, seen, at_service.source_port);
    const Bytes at_client = only(pair.from_services({answer}));
    // Byte by byte what the service would have sent to a client without Egret.
    CHECK_TRUE(without_front(at_client, 14) == service_packet(packet, kClient));
    const Dissection sealed = read_frame(pair.crossed.back());
    LONGS_EQUAL(scenario.outer == Family::ipv4 ? 4 : 6, sealed.version);
}
}
;

TEST(Matrix, EveryPacketComesBackAsItWas) {
    each_scenario([](const Scenario& scenario) {
        NodePair pair(scenario);
        pair.connect();
        for (const Family inner : kFamilies) {
            for (const uint8_t protocol : {kTcpProtocol, kUdpProtocol}) {
                for (const size_t payload : {size_t{0}, size_t{1}, size_t{511}, size_t{1300}}) {
                    const FlowPacket packet{
                        .family = inner,
                        .protocol = protocol,
                        .client_port = static_cast<uint16_t>(2000 + payload),
                        .payload = payload};
                    there_and_back(pair, scenario, packet);
                }
            }
        }
        CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
        CHECK_TRUE(pair.clear.empty());
    });
}

TEST(Matrix, TwoClientsWithOnePortAreKeptApart) {
    each_scenario([](const Scenario& scenario) {
        NodePair pair(scenario);
        pair.connect();
        const auto syn = [](std::string_view client) {
            return PacketBuilder()
                .ethernet(kClientMac, kGatewayMac)
                .ipv4(client, kService.ipv4)
                .tcp(kClientPort, kServicePort, {.flags = kSyn})
                .bytes();
        };
        const auto seen = pair.from_clients({syn("10.42.0.5"), syn("10.42.0.6")});
        UNSIGNED_LONGS_EQUAL(2, seen.size());
        CHECK_TRUE(read_frame(seen[0]).source_port != read_frame(seen[1]).source_port);
        STRCMP_EQUAL(read_frame(seen[0]).source.c_str(), read_frame(seen[1]).source.c_str());
    });
}

TEST(Matrix, TheEdgeRefusesWhatTheBranchMayNotReach) {
    each_scenario([](const Scenario& scenario) {
        egret::api::Tables edge = edge_tables(scenario);
        edge.peers[0].all_segments = false;
        edge.peers[0].segments = add_numbers(edge, {kServiceSegment});
        NodePair pair(branch_tables(scenario), edge);
        pair.connect();
        CHECK_TRUE(pair.from_clients({client_frame({.server = kRelaxed})}).empty());
        UNSIGNED_LONGS_EQUAL(1, pair.edge.drops(egret::api::DropReason::segment_refused));
    });
}
