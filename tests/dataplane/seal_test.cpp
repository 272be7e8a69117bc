// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packet_pools.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <set>

#include <CppUTest/TestHarness.h>

using egret::api::Carry;
using egret::api::DropReason;
using egret::api::Family;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::Suite;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr size_t kUdpAndIpv4 = 28;

std::vector<Bytes> udp_frames(size_t n, uint16_t first_port = 1000) {
    std::vector<Bytes> frames;
    for (size_t i = 0; i < n; ++i) {
        const auto port = static_cast<uint16_t>(first_port + i);
        frames.push_back(client_frame({.protocol = kUdpProtocol, .client_port = port}));
    }
    return frames;
}

}  // namespace

/// A branch whose edge the test plays.
TEST_GROUP(Seal)
{
    static constexpr Suite kSuites[] = {Suite::wireguard, Suite::aes256gcm};

    static NodeOutput send(NodeHarness & branch, const Bytes& frame) {
        return branch.process(Side::inside, frame);
    }
};

TEST(Seal, MakesADataMessageOfThePeersSession) {
    for (const Suite suite : kSuites) {
        NodeHarness branch(branch_tables({.suite = suite}), {.workers = 1});
        const FarEnd edge(
            branch,
            {.suite = suite, .node_initiated = true, .node_index = 0x11223344}
        );
        const Bytes frame = only(send(branch, client_frame()).outside);
        const Dissection outer = read_frame(frame);
        STRCMP_EQUAL(kBranchOutside.ipv4.data(), outer.source.c_str());
        STRCMP_EQUAL(kEdgeOutside.ipv4.data(), outer.destination.c_str());
        UNSIGNED_LONGS_EQUAL(kTunnelPort, outer.source_port);
        UNSIGNED_LONGS_EQUAL(kTunnelPort, outer.destination_port);
        CHECK_TRUE(outer.source_mac == kBranchMac);
        CHECK_TRUE(outer.destination_mac == kInternetMac);
        // Type 4, the suite, zeros; the peer's index, little endian (contract section 1.1).
        const Bytes header{4, static_cast<uint8_t>(suite), 0, 0, 0xbb, 0xcc, 0xdd, 0xee};
        CHECK_TRUE(Bytes(outer.payload.begin(), outer.payload.begin() + 8) == header);
        const Bytes payload = edge.open_frame(frame).value();
        CHECK_TRUE(
            Bytes(payload.begin(), payload.begin() + 84) ==
            with_claim(kOrigin.ipv4, client_packet())
        );
    }
}

TEST(Seal, NeverUsesANonceTwice) {
    NodeHarness branch(branch_tables());
    std::set<uint64_t> counters;
    const auto note = [&counters](const NodeOutput& output) {
        for (const Bytes& frame : output.outside) {
            CHECK_TRUE(counters.insert(counter_of(frame)).second);
        }
    };
    note(branch.process(Side::inside, udp_frames(40)));  // staged: no session yet
    const FarEnd edge(branch, {.node_initiated = true});
    note(branch.flush_staged(kSlot));
    UNSIGNED_LONGS_EQUAL(40, counters.size());
    for (int burst = 0; burst < 20; ++burst) {
        note(branch.process(Side::inside, udp_frames(32)));
        note(branch.process(Side::inside, udp_frames(1)));
    }
    UNSIGNED_LONGS_EQUAL(40 + 20 * 33, counters.size());
    UNSIGNED_LONGS_EQUAL(counters.size() - 1, *counters.rbegin());  // and leaves none out
}

TEST(Seal, ADroppedPacketUsesUpNoCounter) {
    NodeHarness branch(branch_tables());
    const FarEnd edge(branch, {.node_initiated = true});
    // No room in front for the outer headers.
    const uint16_t enough_for_the_claim = 2;
    const NodeOutput output =
        branch.process(Side::inside, to_mbuf(client_frame(), enough_for_the_claim));
    STRCMP_EQUAL("no_buffer_room", drop_of(output));
    UNSIGNED_LONGS_EQUAL(0, counter_of(only(send(branch, client_frame()).outside)));
}

TEST(Seal, NeedsRoomInTheBuffer) {
    NodeHarness branch(branch_tables());
    const FarEnd edge(branch, {.node_initiated = true});
    // Ethernet's 14 bytes become free; 12 go to the claim, 16 to the data header, 42 to the outer headers.
    for (uint16_t headroom = 0; headroom < 56; ++headroom) {
        STRCMP_EQUAL(
            "no_buffer_room",
            drop_of(branch.process(Side::inside, to_mbuf(client_frame(), headroom)))
        );
    }
    UNSIGNED_LONGS_EQUAL(
        1,
        branch.process(Side::inside, to_mbuf(client_frame(), 56)).outside.size()
    );
    // Behind it the tag needs sixteen bytes.
    const Bytes frame = client_frame({.payload = 1300});
    const auto room = static_cast<uint16_t>(RTE_MBUF_DEFAULT_BUF_SIZE - frame.size());
    const NodeOutput output =
        branch.process(Side::inside, to_mbuf(frame, static_cast<uint16_t>(room - 15)));
    STRCMP_EQUAL("no_buffer_room", drop_of(output));
}

TEST(Seal, PadsToSixteenBytesButNeverPastThePath) {
    for (const Family outer : kFamilies) {
        NodeHarness branch(branch_tables({.carry = Carry::source, .outer = outer}));
        const FarEnd edge(
            branch,
            {.node_initiated = true, .endpoint = endpoint(kEdgeOutside.of(outer), kTunnelPort)}
        );
        const size_t most = outer == Family::ipv4 ? 1440 : 1420;
        for (size_t size = most - 40; size <= most; ++size) {
            const Bytes frame =
                client_frame({.protocol = kUdpProtocol, .payload = size - kUdpAndIpv4});
            const Dissection sealed = read_frame(only(send(branch, frame).outside));
            const size_t payload = sealed.payload.size() - 32;
            UNSIGNED_LONGS_EQUAL(std::min((size + 15) / 16 * 16, most), payload);
            CHECK_TRUE(sealed.ip_size <= 1500);
        }
    }
}

TEST(Seal, PaddingIsZero) {
    NodeHarness branch(branch_tables({.carry = Carry::source}));
    const FarEnd edge(branch, {.node_initiated = true});
    const Bytes packet = client_packet({.protocol = kUdpProtocol, .payload = 1});
    Bytes frame = client_frame({.protocol = kUdpProtocol, .payload = 1});
    frame.resize(60, 0xee);  // Ethernet's own padding is not carried
    const Bytes payload = edge.open_frame(only(send(branch, frame).outside)).value();
    UNSIGNED_LONGS_EQUAL(32, payload.size());
    CHECK_TRUE(Bytes(payload.begin() + 29, payload.end()) == Bytes(3));
    UNSIGNED_LONGS_EQUAL(packet.size(), 29);
}

TEST(Seal, CopiesDscpAndEcnToTheOutside) {
    for (const Family outer : kFamilies) {
        NodeHarness branch(branch_tables({.outer = outer}));
        const FarEnd edge(
            branch,
            {.node_initiated = true, .endpoint = endpoint(kEdgeOutside.of(outer), kTunnelPort)}
        );
        for (const unsigned traffic_class : {0x00U, 0x01U, 0x02U, 0x03U, 0xb8U, 0xbaU, 0xfcU}) {
            const auto tos = static_cast<uint8_t>(traffic_class);
            const Bytes frame = PacketBuilder()
                                    .ethernet(kClientMac, kGatewayMac)
                                    .ipv4(kClient.ipv4, kService.ipv4, {.tos = tos})
                                    .udp(1, 2)
                                    .bytes();
            const Dissection sealed = read_frame(only(send(branch, frame).outside));
            UNSIGNED_LONGS_EQUAL(traffic_class, sealed.traffic_class);
        }
    }
}

TEST(Seal, OuterPacketsAreNotToBeFragmented) {
    NodeHarness branch(branch_tables());
    const FarEnd edge(branch, {.node_initiated = true});
    const Bytes frame = only(send(branch, client_frame()).outside);
    UNSIGNED_LONGS_EQUAL(0x4000, load16(frame, 14 + 6));
    UNSIGNED_LONGS_EQUAL(0, load16(frame, 14 + 20 + 6));  // IPv4: UDP without a checksum
}

TEST(Seal, APeerWithoutAnAddressIsSentNothing) {
    // The outside port has no address of the family of the edge's.
    Tables tables = branch_tables({.outer = Family::ipv6});
    tables.ports[1].addresses = add_prefixes(tables, {"203.0.113.7/24"});
    NodeHarness branch(tables);
    const FarEnd edge(
        branch,
        {.node_initiated = true, .endpoint = endpoint(kEdgeOutside.ipv6, kTunnelPort)}
    );
    STRCMP_EQUAL("no_endpoint", drop_of(send(branch, client_frame())));
    UNSIGNED_LONGS_EQUAL(1, branch.drops(DropReason::no_endpoint));
}
