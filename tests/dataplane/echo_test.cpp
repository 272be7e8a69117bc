// SPDX-License-Identifier: Apache-2.0
#include "neighbour_frames.hpp"
#include "node_harness.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Family;
using egret::api::Side;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Dual kRouter{"203.0.113.1", "2001:db8:42::1"};

/// What operators send to see whether a node is there.
Bytes ping(
    Family family,
    std::string_view to,
    const Mac& to_mac = kBranchMac,
    std::string_view from = ""
) {
    const bool ipv4 = family == Family::ipv4;
    const std::string_view source = from.empty() ? kRouter.of(family) : from;
    PacketBuilder builder;
    builder.ethernet(kInternetMac, to_mac);
    ipv4 ? builder.ipv4(source, to, {.ttl = 7}) : builder.ipv6(source, to, {.hop_limit = 7});
    return builder.icmp(ipv4 ? 8 : 128, 0, 0x12340001).payload(40).bytes();
}

}  // namespace

/// Echo requests to a branch's own addresses.
TEST_GROUP(Echo)
{
    NodeHarness branch{branch_tables(), {.workers = 1, .static_next_hops = false}};

    /// Sends one and says where its sender is.
    Bytes reply_to(Family family, std::string_view to) {
        branch.process(Side::outside, ping(family, to));
        const auto output = branch.process(
            Side::outside,
            answer(
                {.sender = kRouter.of(family),
                 .sender_mac = kInternetMac,
                 .to_mac = kBranchMac,
                 .to = kBranchOutside.of(family)}
            )
        );
        return only(output.outside);
    }
};

TEST(Echo, IsAnsweredByTheWayPacketsGo) {
    for (const Family family : kFamilies) {
        const Bytes frame = reply_to(family, kBranchOutside.of(family));
        const Dissection reply = read_frame(frame);
        CHECK_TRUE(reply.destination_mac == kInternetMac && reply.source_mac == kBranchMac);
        STRCMP_EQUAL(kBranchOutside.of(family).data(), reply.source.c_str());
        STRCMP_EQUAL(kRouter.of(family).data(), reply.destination.c_str());
        UNSIGNED_LONGS_EQUAL(family == Family::ipv4 ? 0 : 129, reply.icmp_type);
        UNSIGNED_LONGS_EQUAL(64, reply.ttl);
        const Dissection request = read_frame(ping(family, kBranchOutside.of(family)));
        CHECK_TRUE(reply.payload == request.payload);
        CHECK_TRUE(frame[reply.l4 + 4] == 0x12 && frame[reply.l4 + 7] == 0x01);
        // Now that the router is known it goes at once.
        UNSIGNED_LONGS_EQUAL(
            1,
            branch.process(Side::outside, ping(family, kBranchOutside.of(family))).outside.size()
        );
    }
}

TEST(Echo, ToOthersPasses) {
    for (const Family family : kFamilies) {
        const Bytes to_client = ping(family, kClient.of(family), kGatewayMac);
        CHECK_TRUE(only(branch.process(Side::outside, to_client).inside) == to_client);
        // Somebody else's MAC address: this node only overhears it.
        const Bytes overheard = ping(family, kBranchOutside.of(family), kGatewayMac);
        CHECK_TRUE(only(branch.process(Side::outside, overheard).inside) == overheard);
    }
}

TEST(Echo, AWrongChecksumStaysWrong) {
    reply_to(Family::ipv4, kBranchOutside.ipv4);
    Bytes damaged = ping(Family::ipv4, kBranchOutside.ipv4);
    damaged.back() ^= 1;
    const auto reply = dissect(only(branch.process(Side::outside, damaged).outside));
    CHECK_TRUE(reply->ip_checksum_right);
    CHECK_FALSE(reply->transport_checksum_right);
}

TEST(Echo, OfAFloodAHundredASecondAreAnswered) {
    reply_to(Family::ipv4, kBranchOutside.ipv4);
    branch.now_ns += 2 * kSecond;
    const auto answered = [this](int n) {
        size_t count = 0;
        for (int i = 0; i < n; ++i) {
            count += branch.process(Side::outside, ping(Family::ipv4, kBranchOutside.ipv4))
                         .outside.size();
        }
        return count;
    };
    CHECK_TRUE(answered(300) <= 101);
    CHECK_TRUE(branch.drops(DropReason::echo_rate) >= 199);
    branch.now_ns += kSecond / 2;
    const size_t more = answered(300);
    CHECK_TRUE(more >= 49 && more <= 51);
}

TEST(Echo, AnEdgeAnswersInside) {
    NodeHarness edge(edge_tables());
    const Bytes request = PacketBuilder()
                              .ethernet(kServiceMac, kEdgeInsideMac)
                              .ipv4("192.0.2.77", "192.0.2.1")
                              .icmp(8, 0, 1)
                              .payload(8)
                              .bytes();
    STRCMP_EQUAL("not_ours", drop_of(edge.process(Side::inside, request)));  // a static next hop
    NodeHarness asking(edge_tables(), {.static_next_hops = false});
    const NodeOutput output = asking.process(Side::inside, request);
    CHECK_TRUE(hear(only(output.inside))->asks);
    UNSIGNED_LONGS_EQUAL(1, asking.packets_staged());
}
