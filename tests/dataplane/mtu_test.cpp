// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "node_pair.hpp"
#include "packet_pools.hpp"
#include "packets.hpp"

#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::Carry;
using egret::api::DropReason;
using egret::api::Family;
using egret::api::Role;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr size_t kPath = 1500;

size_t headers_of(Family family) {
    return family == Family::ipv4 ? 28 : 48;
}

/// A UDP packet of exactly `size` bytes.
FlowPacket of_size(size_t size, Family family) {
    return {.family = family, .protocol = kUdpProtocol, .payload = size - headers_of(family)};
}

uint16_t told_mtu(const Bytes& frame, const Dissection& error) {
    return load16(frame, error.l4 + 6);
}

}  // namespace

/// Packets larger than the tunnel carries.
TEST_GROUP(Mtu)
{/// The error and nothing else came back on the side the packet came from.
 static void check_error(const NodeOutput& output, const Bytes& sent, size_t mtu){
     CHECK_TRUE(output.outside.empty());
UNSIGNED_LONGS_EQUAL(1, output.drops.size());
CHECK_TRUE(output.drops.front() == DropReason::too_big);
const Bytes& frame = only(output.inside);
const Dissection error = read_frame(frame);
const Dissection offending = read_frame(sent);
const bool ipv4 = offending.version == 4;
UNSIGNED_LONGS_EQUAL(ipv4 ? 3 : 2, error.icmp_type);
UNSIGNED_LONGS_EQUAL(ipv4 ? 4 : 0, error.icmp_code);
UNSIGNED_LONGS_EQUAL(mtu, told_mtu(frame, error));
// To the sender, from whom it was sent to.
STRCMP_EQUAL(offending.source.c_str(), error.destination.c_str());
STRCMP_EQUAL(offending.destination.c_str(), error.source.c_str());
CHECK_TRUE(error.destination_mac == offending.source_mac);
CHECK_TRUE(error.source_mac == offending.destination_mac);
UNSIGNED_LONGS_EQUAL(offending.vlan, error.vlan);
// As much of the packet as fits a minimum-size one (RFC 1812, RFC 4443).
const size_t quoted = (ipv4 ? 576U : 1280U) - (ipv4 ? 28U : 48U);
UNSIGNED_LONGS_EQUAL(quoted, error.payload.size());
const Bytes packet = without_front(sent, offending.l3);
CHECK_TRUE(error.payload == Bytes(packet.begin(), packet.begin() + static_cast<ptrdiff_t>(quoted)));
}
}
;

TEST(Mtu, TheLargestPacketsAreThoseOfTheContract) {
    struct {
        Carry carry;
        Family outer;
        Family inner;
        size_t largest;
    } const kCases[] = {
        {Carry::source, Family::ipv4, Family::ipv4, 1440},
        {Carry::source, Family::ipv4, Family::ipv6, 1440},
        {Carry::header, Family::ipv4, Family::ipv4, 1428},
        {Carry::header, Family::ipv4, Family::ipv6, 1416},
        {Carry::source, Family::ipv6, Family::ipv4, 1420},
        {Carry::header, Family::ipv6, Family::ipv4, 1408},
        {Carry::header, Family::ipv6, Family::ipv6, 1396},
    };

    for (const auto& expected : kCases) {
        NodeHarness branch(branch_tables({.carry = expected.carry, .outer = expected.outer}));
        const auto far = endpoint(kEdgeOutside.of(expected.outer), kTunnelPort);
        const FarEnd edge(branch, {.node_initiated = true, .endpoint = far});
        const Bytes fits = client_frame(of_size(expected.largest, expected.inner));
        const Bytes sealed = only(branch.process(Side::inside, fits).outside);
        UNSIGNED_LONGS_EQUAL(kPath, read_frame(sealed).ip_size);
        const Bytes too_big = client_frame(of_size(expected.largest + 1, expected.inner));
        check_error(branch.process(Side::inside, too_big), too_big, expected.largest);
    }
}

TEST(Mtu, TheErrorHasTheTagsOfThePacket) {
    NodeHarness branch(branch_tables());
    const FarEnd edge(branch, {.node_initiated = true});
    const Bytes frame = PacketBuilder()
                            .ethernet(kClientMac, kGatewayMac)
                            .vlan(7)
                            .ipv4(kClient.ipv4, kService.ipv4)
                            .tcp(kClientPort, kServicePort)
                            .payload(1460)
                            .bytes();
    check_error(branch.process(Side::inside, frame), frame, 1428);
}

TEST(Mtu, AnEdgeTellsTheService) {
    for (const Family family : kFamilies) {
        NodePair pair;
        pair.connect();
        const FlowPacket small{.family = family, .protocol = kUdpProtocol};
        UNSIGNED_LONGS_EQUAL(1, pair.from_clients({client_frame(small)}).size());
        const Bytes largest = service_frame(of_size(1440, family));
        UNSIGNED_LONGS_EQUAL(1, pair.from_services({largest}).size());
        const Bytes frame = service_frame(of_size(1441, family));
        check_error(pair.edge.process(Side::inside, frame), frame, 1440);
    }
}

TEST(Mtu, NoErrorIsSentAboutAnError) {
    NodePair pair;
    pair.connect();
    pair.from_clients({client_frame()});
    const Bytes quoted = service_packet({.payload = 1450}, kClient);
    const Bytes error = PacketBuilder()
                            .ethernet(kClientMac, kGatewayMac)
                            .ipv4(kClient.ipv4, kService.ipv4)
                            .icmp(3, 3)
                            .payload(quoted)
                            .bytes();
    STRCMP_EQUAL("too_big", drop_of(pair.branch.process(Side::inside, error)));
}

TEST(Mtu, WithoutABufferThereIsNoErrorButStillADrop) {
    NodeHarness branch(branch_tables());
    const FarEnd edge(branch, {.node_initiated = true});
    std::vector<rte_mbuf*> taken;
    while (rte_mbuf* packet = rte_pktmbuf_alloc(made_pool())) {
        taken.push_back(packet);
    }
    const Bytes frame = client_frame(of_size(1429, Family::ipv4));
    STRCMP_EQUAL("too_big", drop_of(branch.process(Side::inside, frame)));
    rte_pktmbuf_free_bulk(taken.data(), static_cast<unsigned>(taken.size()));
}

TEST(Mtu, AReplayCarriesThemAndCounts) {
    NodeHarness branch(branch_tables(), {.enforce_mtu = false});
    const FarEnd edge(branch, {.node_initiated = true});
    const Bytes frame = client_frame(of_size(1500, Family::ipv4));
    const Bytes payload =
        edge.open_frame(only(branch.process(Side::inside, frame).outside)).value();
    UNSIGNED_LONGS_EQUAL(1512, payload.size());  // nothing is padded past the path
    UNSIGNED_LONGS_EQUAL(1, branch.counters().over_mtu);
}

TEST(Mtu, BothDirectionsOfAHandshakeAreClamped) {
    NodePair pair;
    pair.connect();
    const Bytes mss{2, 4, 0x05, 0xb4};  // 1460
    const FlowPacket syn{.tcp = {.flags = kSyn, .options = mss}, .payload = 0};
    const Bytes at_service = only(pair.from_clients({client_frame(syn)}));
    UNSIGNED_LONGS_EQUAL(1428 - 40, load16(at_service, read_frame(at_service).l4 + 22));
    const FlowPacket syn_ack{.tcp = {.flags = kSyn | kAck, .options = mss}, .payload = 0};
    const Bytes at_client = only(pair.from_services({service_frame(syn_ack)}));
    UNSIGNED_LONGS_EQUAL(1428 - 40, load16(at_client, read_frame(at_client).l4 + 22));
}
