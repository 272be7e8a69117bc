// SPDX-License-Identifier: Apache-2.0
#include "neighbour_frames.hpp"
#include "node_harness.hpp"
#include "packets.hpp"

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Family;
using egret::api::NeighbourRecord;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Dual kOwn{"192.0.2.1", "2001:db8:5e::1"};         // of the edge, inside
constexpr Dual kSomebody{"192.0.2.77", "2001:db8:5e::77"};  // in its network
constexpr Dual kFarAway{"192.0.3.77", "2001:db8:77::77"};
constexpr const char* kLinkLocal = "fe80::ff:fe00:e01";  // of kEdgeInsideMac

}  // namespace

/// Questions about addresses that reach an edge from the inside, and a branch from the outside.
TEST_GROUP(NeighbourAnswer)
{
    NodeHarness edge{edge_tables(), {.static_next_hops = false}};
    NodeHarness branch{branch_tables(), {.static_next_hops = false}};

    NodeOutput ask(const NeighbourFrame& frame) {
        return edge.process(Side::inside, question(frame));
    }

    static Heard answer_in(const NodeOutput& output) {
        CHECK_TRUE(output.drops.empty() && output.outside.empty());
        const auto heard = hear(only(output.inside));
        CHECK_TRUE(heard.has_value());
        CHECK_FALSE(heard->asks);
        CHECK_TRUE(heard->from_mac == kEdgeInsideMac);
        CHECK_TRUE(heard->sender_mac == kEdgeInsideMac);
        return *heard;
    }

    void refused(const NeighbourFrame& frame) {
        STRCMP_EQUAL("neighbour_refused", drop_of(ask(frame)));
    }
};

TEST(NeighbourAnswer, TellsWhoAsksForAnOwnAddress) {
    for (const Family family : kFamilies) {
        const Heard heard = answer_in(ask(
            {.sender = kSomebody.of(family), .sender_mac = kServiceMac, .target = kOwn.of(family)}
        ));
        CHECK_TRUE(heard.to_mac == kServiceMac);
        STRCMP_EQUAL(kOwn.of(family).data(), heard.sender.c_str());
        STRCMP_EQUAL(kSomebody.of(family).data(), heard.to.c_str());
        UNSIGNED_LONGS_EQUAL(
            family == Family::ipv6 ? 0x60 : 0,
            heard.flags
        );  // solicited, override
    }
    UNSIGNED_LONGS_EQUAL(2, edge.counters().consumed);
    UNSIGNED_LONGS_EQUAL(2, edge.counters().generated);
    // Who asks is not yet somebody this node sends to.
    std::vector<NeighbourRecord> known;
    edge.node().list_neighbours(known);
    CHECK_TRUE(known.empty());
}

TEST(NeighbourAnswer, MayBeAskedForByItself) {
    for (const Family family : kFamilies) {
        const Heard heard = answer_in(ask(
            {.sender = kSomebody.of(family),
             .sender_mac = kServiceMac,
             .target = kOwn.of(family),
             .to_mac = kEdgeInsideMac}
        ));
        CHECK_TRUE(heard.to_mac == kServiceMac);
    }
    // RFC 4861 section 4.3: such a solicitation need not repeat the frame's source.
    answer_in(ask(
        {.sender = kSomebody.ipv6,
         .sender_mac = kServiceMac,
         .target = kOwn.ipv6,
         .to_mac = kEdgeInsideMac,
         .with_option = false}
    ));
}

TEST(NeighbourAnswer, DefendsItsAddressAgainstProbes) {
    const Heard arp = answer_in(ask({.sender_mac = kServiceMac, .target = kOwn.ipv4}));
    CHECK_TRUE(arp.to_mac == kServiceMac);
    STRCMP_EQUAL("0.0.0.0", arp.to.c_str());
    // Who has no address yet listens with everybody else (RFC 4861 section 7.2.4).
    const Heard advertisement = answer_in(ask({.sender_mac = kServiceMac, .target = kOwn.ipv6}));
    CHECK_TRUE(advertisement.to_mac == multicast_mac("ff02::1"));
    STRCMP_EQUAL("ff02::1", advertisement.to.c_str());
    UNSIGNED_LONGS_EQUAL(0x20, advertisement.flags);  // override alone
}

TEST(NeighbourAnswer, HasALinkLocalAddressAsWell) {
    const Heard heard =
        answer_in(ask({.sender = "fe80::77", .sender_mac = kServiceMac, .target = kLinkLocal}));
    STRCMP_EQUAL(kLinkLocal, heard.sender.c_str());
    refused({.sender = kLinkLocal, .sender_mac = kServiceMac, .target = kOwn.ipv6});
}

TEST(NeighbourAnswer, IsSilentAboutOthers) {
    for (const Family family : kFamilies) {
        const NeighbourFrame frame{
            .sender = kSomebody.of(family),
            .sender_mac = kServiceMac,
            .target = kService.of(family)};
        STRCMP_EQUAL("not_ours", drop_of(ask(frame)));
    }
}

TEST(NeighbourAnswer, IsSilentTowardsThoseWhoCannotBeThere) {
    for (const Family family : kFamilies) {
        const auto own = kOwn.of(family);
        refused({.sender = own, .sender_mac = kServiceMac, .target = own});
        refused({.sender = kFarAway.of(family), .sender_mac = kServiceMac, .target = own});
        const auto sender = kSomebody.of(family);
        refused(
            {.sender = sender, .sender_mac = kServiceMac, .target = own, .from_mac = kInternetMac}
        );
        refused({.sender = sender, .sender_mac = kBroadcastMac, .target = own});
        refused({.sender = sender, .sender_mac = kEdgeInsideMac, .target = own});
    }
    UNSIGNED_LONGS_EQUAL(0, edge.counters().generated);
}

TEST(NeighbourAnswer, IsSilentTowardsWhatCameThroughARouter) {
    refused(
        {.sender = kSomebody.ipv6, .sender_mac = kServiceMac, .target = kOwn.ipv6, .hop_limit = 254}
    );
}

TEST(NeighbourAnswer, IsSilentTowardsDamagedSolicitations) {
    const Bytes good =
        question({.sender = kSomebody.ipv6, .sender_mac = kServiceMac, .target = kOwn.ipv6});
    constexpr size_t kOptions = 14 + 40 + 24;
    for (const size_t at : {size_t{14 + 40 + 2}, kOptions + 7}) {  // checksum, MAC address
        Bytes damaged = good;
        damaged[at] ^= 1;
        STRCMP_EQUAL("neighbour_refused", drop_of(edge.process(Side::inside, damaged)));
    }
    Bytes endless = good;
    endless[kOptions + 1] = 0;
    store16(endless, 14 + 40 + 2, static_cast<uint16_t>(load16(good, 14 + 40 + 2) + 1));
    STRCMP_EQUAL("neighbour_refused", drop_of(edge.process(Side::inside, endless)));
    // A probe names no MAC address, and goes to those who may have the address.
    STRCMP_EQUAL(
        "neighbour_refused",
        drop_of(ask({.sender_mac = kServiceMac, .target = kOwn.ipv6, .to_mac = kEdgeInsideMac}))
    );
}

TEST(NeighbourAnswer, EveryCutIsSurvived) {
    for (const Family family : kFamilies) {
        const Bytes whole = question(
            {.sender = kSomebody.of(family), .sender_mac = kServiceMac, .target = kOwn.of(family)}
        );
        const size_t least = family == Family::ipv4 ? 14 + 28 : whole.size();
        for (size_t size = 14; size < least; ++size) {
            const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
            CHECK_TRUE(edge.process(Side::inside, cut).inside.empty());
        }
    }
}

TEST(NeighbourAnswer, ABranchTakesItsOwnAndLetsTheRestPass) {
    for (const Family family : kFamilies) {
        NeighbourFrame frame{
            .sender = family == Family::ipv4 ? "203.0.113.1" : "2001:db8:42::1",
            .sender_mac = kInternetMac,
            .target = kBranchOutside.of(family)};
        const NodeOutput own = branch.process(Side::outside, question(frame));
        CHECK_TRUE(own.inside.empty() && hear(only(own.outside))->sender_mac == kBranchMac);
        frame.target = family == Family::ipv4 ? "203.0.113.9" : "2001:db8:42::9";
        const Bytes other = question(frame);
        CHECK_TRUE(only(branch.process(Side::outside, other).inside) == other);
        // And what clients ask goes out as it is.
        const Bytes from_lan = question(
            {.sender = kClient.of(family), .sender_mac = kClientMac, .target = frame.sender}
        );
        CHECK_TRUE(only(branch.process(Side::inside, from_lan).outside) == from_lan);
    }
}

TEST(NeighbourAnswer, ATaggedQuestionIsForAnotherNetwork) {
    Bytes tagged = question(
        {.sender = "203.0.113.1", .sender_mac = kInternetMac, .target = kBranchOutside.ipv4}
    );
    const Bytes tag{0x81, 0, 0, 7};
    tagged.insert(tagged.begin() + 12, tag.begin(), tag.end());
    CHECK_TRUE(only(branch.process(Side::outside, tagged).inside) == tagged);
}

TEST(NeighbourAnswer, AStaticNextHopLeavesEverythingToTheHost) {
    NodeHarness fixed(branch_tables());
    const Bytes asked = question(
        {.sender = "203.0.113.1", .sender_mac = kInternetMac, .target = kBranchOutside.ipv4}
    );
    CHECK_TRUE(only(fixed.process(Side::outside, asked).inside) == asked);
}
