// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Family;
using egret::api::Role;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// Frames from the outside whose outer headers are odd.
TEST_GROUP(Receive)
{
    NodeHarness edge{edge_tables()};
    FarEnd branch{edge, {}};

    Bytes good() {
        return branch.frame(branch.seal(with_claim(kOrigin.ipv4, client_packet())));
    }

    NodeOutput receive(const Bytes& frame) {
        return edge.process(Side::outside, frame);
    }
};

TEST(Receive, EthernetPaddingBehindTheDatagramIsNoPartOfIt) {
    Bytes frame = good();
    frame.resize(frame.size() + 20, 0xaa);
    UNSIGNED_LONGS_EQUAL(1, receive(frame).inside.size());
}

TEST(Receive, BytesBehindTheUdpLengthAreNoPartOfIt) {
    Bytes frame = good();
    frame.resize(frame.size() + 4);
    store16(frame, 16, static_cast<uint16_t>(load16(frame, 16) + 4));
    UNSIGNED_LONGS_EQUAL(1, receive(frame).inside.size());
}

TEST(Receive, AUdpLengthThatDoesNotHoldIsMalformed) {
    const uint16_t size = load16(good(), 14 + 20 + 4);
    for (const int wrong : {0, 7, size + 1, 65535}) {
        Bytes frame = good();
        store16(frame, 14 + 20 + 4, static_cast<uint16_t>(wrong));
        STRCMP_EQUAL("outer_malformed", drop_of(receive(frame)));
    }
    Bytes shorter = good();
    store16(shorter, 14 + 20 + 4, static_cast<uint16_t>(size - 1));
    STRCMP_EQUAL("not_authentic", drop_of(receive(shorter)));
}

TEST(Receive, FragmentsForTheNodeAreNotPutTogether) {
    Bytes frame = good();
    store16(frame, 20, 0x2000);
    STRCMP_EQUAL("outer_malformed", drop_of(receive(frame)));
    const Bytes ipv6 = PacketBuilder()
                           .ethernet(kInternetMac, kEdgeOutsideMac)
                           .ipv6(kBranchOutside.ipv6, kEdgeOutside.ipv6)
                           .fragment_header(1)
                           .udp(kTunnelPort, kTunnelPort)
                           .payload(40)
                           .bytes();
    STRCMP_EQUAL("outer_malformed", drop_of(receive(ipv6)));
}

TEST(Receive, NoOuterFlipDoesMoreThanLoseThePacket) {
    const Bytes frame = good();
    const size_t headers = 14 + 20 + 8;
    size_t n_inside = 0;
    for (size_t bit = 0; bit < headers * 8; ++bit) {
        Bytes damaged = branch.frame(branch.seal(with_claim(kOrigin.ipv4, client_packet())));
        damaged[bit / 8] = static_cast<uint8_t>(damaged[bit / 8] ^ 1U << (bit % 8));
        const NodeOutput output = receive(damaged);
        UNSIGNED_LONGS_EQUAL(1, output.inside.size() + output.drops.size());
        CHECK_TRUE(output.outside.empty());
        for (const Bytes& presented : output.inside) {
            const Dissection seen = read_frame(presented);
            STRCMP_EQUAL(kOrigin.ipv4.data(), seen.source.c_str());
            STRCMP_EQUAL(kService.ipv4.data(), seen.destination.c_str());
            ++n_inside;
        }
    }
    CHECK_TRUE(n_inside > 0);  // TTL, identification, source: nobody vouches for those
}

TEST(Receive, AnEdgeBridgesNothing) {
    const Bytes others[] = {
        PacketBuilder().ethernet(kInternetMac, kEdgeOutsideMac).payload(46).bytes(),
        PacketBuilder()
            .ethernet(kInternetMac, kEdgeOutsideMac)
            .ipv4(kElsewhere.ipv4, kEdgeOutside.ipv4)
            .tcp(1, 22)
            .bytes(),
        PacketBuilder()
            .ethernet(kInternetMac, kEdgeOutsideMac)
            .ipv4(kElsewhere.ipv4, kService.ipv4)
            .udp(kTunnelPort, kTunnelPort)
            .bytes(),
    };
    for (const Bytes& frame : others) {
        STRCMP_EQUAL("not_ours", drop_of(receive(frame)));
    }
    UNSIGNED_LONGS_EQUAL(3, edge.drops(DropReason::not_ours));
}

TEST(Receive, ABranchPassesWhatIsNotItsOwnUntouched) {
    NodeHarness node(branch_tables());
    const Bytes others[] = {
        PacketBuilder().ethernet(kInternetMac, kBranchMac).payload(46).bytes(),
        PacketBuilder()
            .ethernet(kInternetMac, kClientMac)
            .vlan(7)
            .ipv4(kElsewhere.ipv4, kClient.ipv4)
            .tcp(443, kClientPort)
            .payload(100)
            .bytes(),
        PacketBuilder()
            .ethernet(kInternetMac, kBranchMac)
            .ipv4(kElsewhere.ipv4, kBranchOutside.ipv4)
            .udp(kTunnelPort, 53)
            .bytes(),
        PacketBuilder()
            .ethernet(kInternetMac, kClientMac)
            .ipv6(kElsewhere.ipv6, kClient.ipv6)
            .fragment_header(1)
            .payload(64)
            .bytes(),
        Bytes(3),
    };
    for (const Bytes& frame : others) {
        CHECK_TRUE(only(node.process(Side::outside, frame).inside) == frame);
    }
    UNSIGNED_LONGS_EQUAL(5, node.counters().bridged);
}

TEST(Receive, ABranchThatMayNotBridgePassesNothing) {
    egret::api::Tables tables = branch_tables();
    tables.bridge = false;
    NodeHarness node(tables);
    const Bytes frame = client_frame({.server = kElsewhere});
    STRCMP_EQUAL("not_ours", drop_of(node.process(Side::inside, frame)));
    STRCMP_EQUAL("not_ours", drop_of(node.process(Side::outside, frame)));
}

TEST(Receive, DatagramsOverEitherFamilyReachTheSameSession) {
    for (const Family family : kFamilies) {
        const auto from = endpoint(kBranchOutside.of(family), 999);
        const Bytes message = branch.seal(with_claim(kOrigin.ipv4, client_packet()));
        UNSIGNED_LONGS_EQUAL(1, receive(branch.frame_from(from, message)).inside.size());
        const Bytes answer = only(edge.process(Side::inside, service_frame()).outside);
        const Dissection outer = read_frame(answer);
        STRCMP_EQUAL(kBranchOutside.of(family).data(), outer.destination.c_str());
        STRCMP_EQUAL(kEdgeOutside.of(family).data(), outer.source.c_str());
        UNSIGNED_LONGS_EQUAL(999, outer.destination_port);
    }
}
