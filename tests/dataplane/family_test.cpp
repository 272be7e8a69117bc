// SPDX-License-Identifier: Apache-2.0
// Rules pinned to a family: what a client of the other one gets, so that it falls back at once.
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

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

namespace {

constexpr size_t kSequence = 4;
constexpr size_t kAcknowledgment = 8;
constexpr size_t kFlagsByte = 13;

Family other(Family family) {
    return family == Family::ipv4 ? Family::ipv6 : Family::ipv4;
}

/// Both tunnel rules of the scenario take `family` alone.
Tables pinned_to(Family family) {
    Tables tables = branch_tables();
    tables.rules[kServiceRule].family = family;
    tables.rules[kRelaxedRule].family = family;
    return tables;
}

FlowPacket syn(Family family, const Dual& server = kService) {
    return {.server = server, .family = family, .tcp = {.flags = kSyn}, .payload = 0};
}

uint32_t load32(const Bytes& bytes, size_t offset) {
    return uint32_t{load16(bytes, offset)} << 16 | load16(bytes, offset + 2);
}

/// Out of the port `sent` came in by, from whom it was sent to.
void check_way_back(const Dissection& reply, const Dissection& sent) {
    STRCMP_EQUAL(sent.source.c_str(), reply.destination.c_str());
    STRCMP_EQUAL(sent.destination.c_str(), reply.source.c_str());
    CHECK_TRUE(reply.destination_mac == sent.source_mac);
    CHECK_TRUE(reply.source_mac == sent.destination_mac);
    UNSIGNED_LONGS_EQUAL(sent.vlan, reply.vlan);
}

/// Refused by name, told the client, and nothing else. Returns what it was told.
Bytes told(const NodeOutput& output) {
    CHECK_TRUE(output.outside.empty());
    UNSIGNED_LONGS_EQUAL(1, output.drops.size());
    CHECK_TRUE(output.drops.front() == DropReason::family_refused);
    return only(output.inside);
}

}  // namespace

TEST_GROUP(PinnedFamily)
{};

TEST(PinnedFamily, TheOtherFamilyIsRefusedAndItsOwnIsTunnelled) {
    for (const Family family : kFamilies) {
        NodeHarness branch(pinned_to(family));
        const FarEnd edge(branch, {.node_initiated = true});
        told(branch.process(Side::inside, client_frame(syn(other(family)))));
        const Bytes sealed = only(branch.process(Side::inside, client_frame(syn(family))).outside);
        CHECK_TRUE(edge.open_frame(sealed).has_value());
    }
}

TEST(PinnedFamily, BothFamiliesAreTunnelledUnlessARulePinsOne) {
    NodeHarness branch(pinned_to(Family::none));
    const FarEnd edge(branch, {.node_initiated = true});
    for (const Family family : kFamilies) {
        UNSIGNED_LONGS_EQUAL(
            1,
            branch.process(Side::inside, client_frame(syn(family))).outside.size()
        );
    }
}

TEST(PinnedFamily, WhatNoTunnelRuleHoldsIsNotAsked) {
    NodeHarness branch(pinned_to(Family::ipv4));
    const Bytes elsewhere = client_frame(syn(Family::ipv6, kElsewhere));
    CHECK_TRUE(only(branch.process(Side::inside, elsewhere).outside) == elsewhere);
}

// RFC 9293 section 3.10.7.1: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
TEST(PinnedFamily, ASynIsResetAtOnce) {
    for (const Family family : kFamilies) {
        NodeHarness branch(pinned_to(other(family)));
        FlowPacket packet = syn(family);
        packet.tcp.sequence = 0xffffffff;  // the number behind it is 0
        packet.tcp.options = {2, 4, 0x05, 0xb4};
        const Bytes sent = client_frame(packet);
        const Bytes frame = told(branch.process(Side::inside, sent));
        const Dissection reset = read_frame(frame);
        check_way_back(reset, read_frame(sent));
        UNSIGNED_LONGS_EQUAL(kServicePort, reset.source_port);
        UNSIGNED_LONGS_EQUAL(kClientPort, reset.destination_port);
        UNSIGNED_LONGS_EQUAL(kRst | kAck, frame[reset.l4 + kFlagsByte]);
        UNSIGNED_LONGS_EQUAL(0, load32(frame, reset.l4 + kSequence));
        UNSIGNED_LONGS_EQUAL(0, load32(frame, reset.l4 + kAcknowledgment));
        CHECK_TRUE(reset.payload.empty());
    }
}

TEST(PinnedFamily, DataOfASynIsAcknowledged) {
    NodeHarness branch(pinned_to(Family::ipv4));
    FlowPacket packet = syn(Family::ipv6);
    packet.payload = 100;  // TCP Fast Open
    const Bytes frame = told(branch.process(Side::inside, client_frame(packet)));
    UNSIGNED_LONGS_EQUAL(
        packet.tcp.sequence + 101,
        load32(frame, read_frame(frame).l4 + kAcknowledgment)
    );
}

// Where the branch knows nothing of a connection its segments are answered as a host's that restarted:
// <SEQ=SEG.ACK><CTL=RST>.
TEST(PinnedFamily, ASegmentOfAForgottenConnectionIsResetInItsSequence) {
    NodeHarness branch(pinned_to(Family::ipv4));
    Bytes sent = client_frame({.family = Family::ipv6});
    const Dissection segment = read_frame(sent);
    const uint16_t before = load16(sent, segment.l4 + kAcknowledgment + 2);
    store16(sent, segment.l4 + kAcknowledgment + 2, static_cast<uint16_t>(before + 77));
    const Bytes frame = told(branch.process(Side::inside, sent));
    const Dissection reset = read_frame(frame);
    UNSIGNED_LONGS_EQUAL(kRst, frame[reset.l4 + kFlagsByte]);
    UNSIGNED_LONGS_EQUAL(
        load32(sent, segment.l4 + kAcknowledgment),
        load32(frame, reset.l4 + kSequence)
    );
    UNSIGNED_LONGS_EQUAL(0, load32(frame, reset.l4 + kAcknowledgment));
}

TEST(PinnedFamily, TheResetHasTheTagsOfTheFrame) {
    NodeHarness branch(pinned_to(Family::ipv6));
    const Bytes sent = PacketBuilder()
                           .ethernet(kClientMac, kGatewayMac)
                           .vlan(9, 0x88a8)
                           .vlan(7)
                           .ipv4(kClient.ipv4, kService.ipv4)
                           .tcp(kClientPort, kServicePort, {.flags = kSyn})
                           .bytes();
    const Bytes frame = told(branch.process(Side::inside, sent));
    check_way_back(read_frame(frame), read_frame(sent));
    CHECK_TRUE(
        Bytes(frame.begin() + 12, frame.begin() + 22) == Bytes(sent.begin() + 12, sent.begin() + 22)
    );
}

TEST(PinnedFamily, DatagramsAreAnsweredByAnError) {
    for (const Family family : kFamilies) {
        NodeHarness branch(pinned_to(other(family)));
        const Bytes sent =
            client_frame({.family = family, .protocol = kUdpProtocol, .payload = 1200});
        const Bytes frame = told(branch.process(Side::inside, sent));
        const Dissection error = read_frame(frame);
        check_way_back(error, read_frame(sent));
        UNSIGNED_LONGS_EQUAL(family == Family::ipv4 ? 3 : 1, error.icmp_type);
        UNSIGNED_LONGS_EQUAL(family == Family::ipv4 ? 13 : 1, error.icmp_code);
        UNSIGNED_LONGS_EQUAL(0, load32(frame, error.l4 + 4));
        const auto quote = dissect_quote(error);
        UNSIGNED_LONGS_EQUAL(kClientPort, quote.value().source_port);
    }
}

TEST(PinnedFamily, ResetsAndFramesToManyAreNotAnswered) {
    NodeHarness branch(pinned_to(Family::ipv4));
    const auto is_silent = [&](const Bytes& frame) {
        return branch.process(Side::inside, frame).only_dropped(DropReason::family_refused);
    };
    CHECK_TRUE(is_silent(client_frame({.family = Family::ipv6, .tcp = {.flags = kRst}})));
    Bytes to_many = client_frame(syn(Family::ipv6));
    to_many[0] |= 1;
    CHECK_TRUE(is_silent(to_many));
    Bytes from_many = client_frame(syn(Family::ipv6));
    from_many[6] |= 1;
    CHECK_TRUE(is_silent(from_many));
}

TEST(PinnedFamily, RefusedIsForTheFlowsLife) {
    NodeHarness branch(pinned_to(Family::ipv4));
    const Bytes sent = client_frame(syn(Family::ipv6));
    told(branch.process(Side::inside, sent));
    Tables unpinned = pinned_to(Family::none);
    unpinned.generation = 2;
    CHECK_TRUE(branch.node().publish(unpinned));
    const FarEnd edge(branch, {.node_initiated = true});
    told(branch.process(Side::inside, sent));  // each try is answered
    FlowPacket next = syn(Family::ipv6);
    next.client_port = 1;
    UNSIGNED_LONGS_EQUAL(1, branch.process(Side::inside, client_frame(next)).outside.size());
    branch.now_ns += 31 * kSecond;
    UNSIGNED_LONGS_EQUAL(1, branch.process(Side::inside, sent).outside.size());
}

TEST(PinnedFamily, ALivingFlowKeepsItsTunnel) {
    NodeHarness branch(pinned_to(Family::none));
    const FarEnd edge(branch, {.node_initiated = true});
    const Bytes frame = client_frame({.family = Family::ipv6});
    UNSIGNED_LONGS_EQUAL(1, branch.process(Side::inside, frame).outside.size());
    Tables pinned = pinned_to(Family::ipv4);
    pinned.generation = 2;
    CHECK_TRUE(branch.node().publish(pinned));
    UNSIGNED_LONGS_EQUAL(1, branch.process(Side::inside, frame).outside.size());
}

TEST(PinnedFamily, ATunnelThatIsDownChangesNothing) {
    NodeHarness branch(pinned_to(Family::ipv4));
    branch.node().set_peer_state(kSlot, PeerState::down);
    // when_down = "direct" speaks of flows the rule would tunnel.
    told(branch.process(Side::inside, client_frame(syn(Family::ipv6, kRelaxed))));
    const Bytes relaxed = client_frame(syn(Family::ipv4, kRelaxed));
    CHECK_TRUE(only(branch.process(Side::inside, relaxed).outside) == relaxed);
}

TEST(PinnedFamily, TheRefusalIsRecordedWithItsRule) {
    NodeHarness branch(pinned_to(Family::ipv4));
    told(branch.process(Side::inside, client_frame(syn(Family::ipv6))));
    branch.now_ns += 31 * kSecond;
    branch.process(Side::inside, client_frame(syn(Family::ipv6)));
    const auto closed = branch.events(EventKind::flow_closed);
    UNSIGNED_LONGS_EQUAL(1, closed.size());
    CHECK_TRUE(closed[0].verdict == Verdict::drop);
    CHECK_TRUE(closed[0].reason == DropReason::family_refused);
    UNSIGNED_LONGS_EQUAL(kServiceRule, closed[0].rule);
    UNSIGNED_LONGS_EQUAL(kServiceSegment, closed[0].segment);
}

TEST(PinnedFamily, AFloodOfRefusedFlowsIsNotAnsweredForever) {
    constexpr size_t kFrames = 25'000;
    NodeHarness branch(pinned_to(Family::ipv4), {.workers = 1});
    const std::vector<Bytes> flood(100, client_frame(syn(Family::ipv6)));
    size_t n_told = 0;
    for (size_t sent = 0; sent < kFrames; sent += flood.size()) {
        n_told += branch.process(Side::inside, flood).inside.size();
    }
    UNSIGNED_LONGS_EQUAL(10'001, n_told);  // a second's worth
    UNSIGNED_LONGS_EQUAL(kFrames, branch.drops(DropReason::family_refused));
    branch.now_ns += kSecond / 100;
    UNSIGNED_LONGS_EQUAL(100, branch.process(Side::inside, flood).inside.size());
}
