// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::EventKind;
using egret::api::Family;
using egret::api::Present;
using egret::api::Side;
using egret::api::Tables;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// What an edge makes of packets whose claims hold.
TEST_GROUP(Present)
{static NodeOutput open(
    const Tables& tables,
    const FlowPacket& packet = {},
    std::string_view origin = kOrigin.ipv4
){NodeHarness edge(tables);
FarEnd branch(edge, {});
return branch.send(with_claim(origin, client_packet(packet)));
}

static std::string source_of(const NodeOutput& output) {
    return read_frame(only(output.inside)).source;
}
}
;

TEST(Present, EachWayHasItsAddress) {
    struct {
        Present present;
        Dual source;
    } const kCases[] = {
        {Present::origin, kOrigin},
        {Present::anchor, kPool},
        {Present::edge, kPool},
    };

    for (const auto& expected : kCases) {
        const Tables tables = edge_tables({.present = expected.present});
        for (const Family family : kFamilies) {
            const NodeOutput output = open(tables, {.family = family}, kOrigin.of(family));
            STRCMP_EQUAL(expected.source.of(family).data(), source_of(output).c_str());
            const Dissection frame = read_frame(output.inside.front());
            CHECK_TRUE(frame.source_mac == kEdgeInsideMac);
            CHECK_TRUE(frame.destination_mac == kServiceMac);
            UNSIGNED_LONGS_EQUAL(63, frame.ttl);
        }
    }
}

TEST(Present, ASegmentCanHaveItsOwnWay) {
    Tables tables = edge_tables({.present = Present::origin});
    tables.segments[kRelaxedSegment].present_set = true;
    tables.segments[kRelaxedSegment].present = Present::anchor;
    STRCMP_EQUAL(kOrigin.ipv4.data(), source_of(open(tables)).c_str());
    STRCMP_EQUAL(kPool.ipv4.data(), source_of(open(tables, {.server = kRelaxed})).c_str());
}

TEST(Present, WithoutSignalingEverythingLooksLikeTheEdge) {
    STRCMP_EQUAL(
        kPool.ipv4.data(),
        source_of(open(edge_tables({.edge_signaling = false}))).c_str()
    );
    Tables tables = edge_tables();
    tables.segments[kServiceSegment].signaling = false;
    STRCMP_EQUAL(kPool.ipv4.data(), source_of(open(tables)).c_str());
    STRCMP_EQUAL(kOrigin.ipv4.data(), source_of(open(tables, {.server = kRelaxed})).c_str());
}

TEST(Present, WithoutAClaimTheEdgesOwnAddressIsPresented) {
    for (const Present present : {Present::origin, Present::anchor, Present::edge}) {
        const Tables tables = edge_tables({.present = present});
        STRCMP_EQUAL(kPool.ipv4.data(), source_of(open(tables, {}, "")).c_str());
    }
    Tables tables = edge_tables();
    tables.restore.pool_ipv4 = {};
    STRCMP_EQUAL("no_claim", drop_of(open(tables, {}, "")));
    STRCMP_EQUAL(kPool.ipv6.data(), source_of(open(tables, {.family = Family::ipv6}, "")).c_str());
}

TEST(Present, AFamilyWithoutAPoolAddressIsRefused) {
    for (const Present present : {Present::anchor, Present::edge}) {
        Tables tables = edge_tables({.present = present});
        tables.restore.pool_ipv4 = {};
        STRCMP_EQUAL("no_pool_address", drop_of(open(tables)));
    }
}

TEST(Present, AClientKeepsItsPoolAddress) {
    Tables tables = edge_tables({.present = Present::anchor});
    tables.restore.pool_ipv4 =
        add_addresses(tables, {"198.51.100.21", "198.51.100.22", "198.51.100.23"});
    std::string first;
    // A restarted edge has drawn another seed.
    for (const uint64_t seed : {uint64_t{1}, uint64_t{2}, uint64_t{3}, uint64_t{4}}) {
        NodeHarness edge(tables, {.hash_seed = seed});
        FarEnd branch(edge, {});
        for (uint16_t port = 1; port < 20; ++port) {
            const Bytes payload = with_claim(kOrigin.ipv4, client_packet({.client_port = port}));
            const std::string source = source_of(branch.send(payload));
            first = first.empty() ? source : first;
            STRCMP_EQUAL(first.c_str(), source.c_str());
        }
    }
}

TEST(Present, ADestinationInNoSegmentOfThePeerIsRefused) {
    STRCMP_EQUAL("segment_refused", drop_of(open(edge_tables(), {.server = kElsewhere})));
    Tables tables = edge_tables();
    tables.peers[0].all_segments = false;
    tables.peers[0].segments = add_numbers(tables, {kRelaxedSegment});
    STRCMP_EQUAL("segment_refused", drop_of(open(tables)));
    UNSIGNED_LONGS_EQUAL(1, open(tables, {.server = kRelaxed}).inside.size());
}

TEST(Present, AnEdgeWithoutSegmentsTakesEverythingButWhatIsGuarded) {
    Tables tables = edge_tables();
    tables.accept_all = true;
    UNSIGNED_LONGS_EQUAL(1, open(tables, {.server = kElsewhere}).inside.size());
    const Dual multicast{"224.0.0.251", "ff02::fb"};
    for (const Family family : kFamilies) {
        const FlowPacket packet{.server = multicast, .family = family};
        STRCMP_EQUAL("segment_refused", drop_of(open(tables, packet, kOrigin.of(family))));
    }
}

TEST(Present, AHopLimitThatRunsOutPresentsNothing) {
    for (const uint8_t ttl : {uint8_t{0}, uint8_t{1}}) {
        NodeHarness edge(edge_tables());
        FarEnd branch(edge, {});
        const Bytes packet =
            PacketBuilder().ipv4(kClient.ipv4, kService.ipv4, {.ttl = ttl}).udp(1, 2).bytes();
        STRCMP_EQUAL("ttl_expired", drop_of(branch.send(with_claim(kOrigin.ipv4, packet))));
        UNSIGNED_LONGS_EQUAL(0, edge.flows());
        CHECK_TRUE(edge.events(EventKind::flow_opened).empty());
    }
}

TEST_GROUP(PresentPush)
{
    NodeHarness edge{edge_tables()};
    FarEnd branch{edge, {}};

    void setup() override {
        UNSIGNED_LONGS_EQUAL(1, packet().inside.size());
    }

    NodeOutput packet() {
        return branch.send(with_claim(kOrigin.ipv4, client_packet()));
    }

    NodeOutput answer() {
        return edge.process(Side::inside, service_frame());
    }

    void push(Tables tables) {
        tables.generation = 2;
        CHECK_TRUE(edge.node().publish(std::move(tables)));
    }

    static Tables without_origin() {
        Tables tables = edge_tables();
        tables.peers[0].origins = add_prefixes(tables, {"192.0.2.77/32"});
        return tables;
    }
};

TEST(PresentPush, ThatChangesNothingLeavesTheFlow) {
    push(edge_tables());
    UNSIGNED_LONGS_EQUAL(1, packet().inside.size());
    UNSIGNED_LONGS_EQUAL(1, answer().outside.size());
}

TEST(PresentPush, ThatPresentsOtherwiseLeavesLivingFlows) {
    push(edge_tables({.present = Present::anchor}));
    STRCMP_EQUAL(kOrigin.ipv4.data(), read_frame(only(packet().inside)).source.c_str());
    UNSIGNED_LONGS_EQUAL(1, answer().outside.size());
}

TEST(PresentPush, ThatWithdrawsTheOriginEndsTheFlowForThePeer) {
    push(without_origin());
    STRCMP_EQUAL("origin_not_registered", drop_of(packet()));
    STRCMP_EQUAL("origin_not_registered", drop_of(packet()));
    STRCMP_EQUAL("not_ours", drop_of(answer()));
    UNSIGNED_LONGS_EQUAL(1, edge.events(EventKind::claim_refused).size());
}

TEST(PresentPush, ThatWithdrawsTheOriginEndsTheFlowForTheService) {
    // The service goes on sending although the client is silent.
    push(without_origin());
    STRCMP_EQUAL("origin_not_registered", drop_of(answer()));
    STRCMP_EQUAL("not_ours", drop_of(answer()));
    STRCMP_EQUAL("origin_not_registered", drop_of(packet()));
}

TEST(PresentPush, ThatTakesTheSegmentAwayEndsTheFlow) {
    Tables tables = edge_tables();
    tables.peers[0].all_segments = false;
    tables.peers[0].segments = add_numbers(tables, {kRelaxedSegment});
    push(tables);
    STRCMP_EQUAL("segment_refused", drop_of(packet()));
}

TEST(PresentPush, ThatRemovesThePeerCutsItOff) {
    Tables tables = edge_tables();
    tables.peers.clear();
    push(tables);
    STRCMP_EQUAL("unknown_session", drop_of(packet()));
    STRCMP_EQUAL("no_session", drop_of(answer()));
}

TEST(PresentPush, ThatBringsAPeerBackDoesNotReviveItsSessions) {
    Tables tables = edge_tables();
    tables.peers.clear();
    push(tables);
    edge.poll();
    push(edge_tables());
    STRCMP_EQUAL("unknown_session", drop_of(packet()));
    FarEnd renewed(edge, {.node_index = 9});
    UNSIGNED_LONGS_EQUAL(1, renewed.send(with_claim(kOrigin.ipv4, client_packet())).inside.size());
}
