// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::EventKind;
using egret::api::Family;
using egret::api::Side;
using egret::api::Verify;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Dual kUnregistered{"203.0.113.8", "2001:db8:43::5"};
const egret::api::Endpoint kElsewherePort = endpoint("192.0.2.200", 4444);

}  // namespace

/// Claims held against what an edge knows of their peer (design section 7).
TEST_GROUP(Claim)
{/// What the edge does with a new flow that claims `origin`, over an outer of `outer`'s family.
 static NodeOutput claim(const Scenario& scenario, std::string_view origin, std::string_view outer){
     NodeHarness edge(edge_tables(scenario));
FarEnd branch(edge, {.endpoint = endpoint(outer, kTunnelPort)});
return branch.send(claiming(origin));
}

static Bytes claiming(std::string_view origin, uint16_t port = kClientPort) {
    const bool ipv4 = origin.find(':') == std::string_view::npos;
    const FlowPacket packet{.family = ipv4 ? Family::ipv4 : Family::ipv6, .client_port = port};
    return with_claim(origin, client_packet(packet));
}

static void accepted(const NodeOutput& output, std::string_view origin) {
    STRCMP_EQUAL(std::string(origin).c_str(), read_frame(only(output.inside)).source.c_str());
}
}
;

TEST(Claim, RegisteredOriginsAreThePeersPrefixes) {
    const Scenario scenario{.verify = Verify::registered};
    accepted(claim(scenario, "203.0.113.7", kElsewhere.ipv4), "203.0.113.7");
    accepted(claim(scenario, "2001:db8:42:ffff::1", kElsewhere.ipv4), "2001:db8:42:ffff::1");
    for (const std::string_view origin : {kUnregistered.ipv4, kUnregistered.ipv6}) {
        STRCMP_EQUAL("origin_not_registered", drop_of(claim(scenario, origin, origin)));
    }
}

TEST(Claim, ObservedMeansTheAddressTheHandshakeWasAnsweredFrom) {
    const Scenario scenario{.verify = Verify::observed};
    accepted(claim(scenario, "203.0.113.7", "203.0.113.7"), "203.0.113.7");
    accepted(claim(scenario, kUnregistered.ipv4, kUnregistered.ipv4), kUnregistered.ipv4);
    STRCMP_EQUAL(
        "origin_not_observed",
        drop_of(claim(scenario, "203.0.113.7", kUnregistered.ipv4))
    );
    // A host behind the router is in the router's own /64.
    accepted(claim(scenario, kClient.ipv6, kBranchOutside.ipv6), kClient.ipv6);
    STRCMP_EQUAL(
        "origin_not_observed",
        drop_of(claim(scenario, "2001:db8:42:1::5", kBranchOutside.ipv6))
    );
}

TEST(Claim, AnotherFamilyCannotBeObserved) {
    Scenario scenario{.verify = Verify::observed};
    STRCMP_EQUAL("claim_unobservable", drop_of(claim(scenario, kOrigin.ipv6, kBranchOutside.ipv4)));
    STRCMP_EQUAL("claim_unobservable", drop_of(claim(scenario, kOrigin.ipv4, kBranchOutside.ipv6)));
    scenario.verify_other_family = true;
    accepted(claim(scenario, kOrigin.ipv6, kBranchOutside.ipv4), kOrigin.ipv6);
    accepted(claim(scenario, kOrigin.ipv4, kBranchOutside.ipv6), kOrigin.ipv4);
    STRCMP_EQUAL(
        "origin_not_registered",
        drop_of(claim(scenario, kUnregistered.ipv6, kBranchOutside.ipv4))
    );
}

TEST(Claim, BothNeedsBoth) {
    const Scenario scenario{.verify = Verify::both};
    accepted(claim(scenario, "203.0.113.7", "203.0.113.7"), "203.0.113.7");
    STRCMP_EQUAL(
        "origin_not_registered",
        drop_of(claim(scenario, kUnregistered.ipv4, kUnregistered.ipv4))
    );
    STRCMP_EQUAL("origin_not_observed", drop_of(claim(scenario, "203.0.113.7", "192.0.2.200")));
    STRCMP_EQUAL("claim_unobservable", drop_of(claim(scenario, kOrigin.ipv6, "203.0.113.7")));
}

TEST(Claim, AConfirmationFromElsewhereObservesNothing) {
    for (const bool other_family : {false, true}) {
        NodeHarness edge(edge_tables({.verify = Verify::both, .verify_other_family = other_family})
        );
        FarEnd branch(edge, {});
        // The first message of the session does not come from where the response went.
        edge.process(Side::outside, branch.frame_from(kElsewherePort, branch.seal({})));
        STRCMP_EQUAL("claim_unobservable", drop_of(branch.send(claiming(kOrigin.ipv4))));
    }
}

TEST(Claim, DataFromElsewhereMovesTheEndpointNotTheObservation) {
    NodeHarness edge(edge_tables({.verify = Verify::observed}));
    FarEnd branch(edge, {});
    branch.send({});
    const auto from_elsewhere = [&](std::string_view origin, uint16_t port) {
        const Bytes message = branch.seal(claiming(origin, port));
        return edge.process(Side::outside, branch.frame_from(kElsewherePort, message));
    };
    STRCMP_EQUAL("origin_not_observed", drop_of(from_elsewhere("192.0.2.200", 1)));
    accepted(from_elsewhere(kOrigin.ipv4, 2), kOrigin.ipv4);
}

TEST(Claim, ARefusalIsToldOncePerFlow) {
    NodeHarness edge(edge_tables());
    FarEnd branch(edge, {});
    for (int i = 0; i < 5; ++i) {
        STRCMP_EQUAL("origin_not_registered", drop_of(branch.send(claiming(kUnregistered.ipv4))));
    }
    const auto events = edge.events(EventKind::claim_refused);
    UNSIGNED_LONGS_EQUAL(1, events.size());
    CHECK_TRUE(events[0].reason == DropReason::origin_not_registered);
    CHECK_TRUE(events[0].origin == address(kUnregistered.ipv4));
    branch.send(claiming(kUnregistered.ipv4, 1));
    UNSIGNED_LONGS_EQUAL(1, edge.events(EventKind::claim_refused).size());
    // Later it is judged again.
    edge.now_ns += 31 * kSecond;
    branch.send(claiming(kUnregistered.ipv4));
    UNSIGNED_LONGS_EQUAL(1, edge.events(EventKind::claim_refused).size());
    UNSIGNED_LONGS_EQUAL(7, edge.drops(DropReason::origin_not_registered));
}

TEST(Claim, AnAcceptedFlowIsReportedWithWhatItWasHeldAgainst) {
    NodeHarness edge(edge_tables({.verify = Verify::both}));
    FarEnd branch(edge, {});
    branch.send(claiming(kOrigin.ipv4));
    const auto events = edge.events(EventKind::flow_opened);
    UNSIGNED_LONGS_EQUAL(1, events.size());
    CHECK_TRUE(events[0].verified);
    CHECK_TRUE(events[0].verify == Verify::both);
    CHECK_TRUE(events[0].signaling);
    CHECK_TRUE(events[0].origin == address(kOrigin.ipv4));
    CHECK_TRUE(events[0].presented == address(kOrigin.ipv4));
    UNSIGNED_LONGS_EQUAL(kClientPort, events[0].presented_port);
    CHECK_TRUE(events[0].outer == address(kBranchOutside.ipv4));
    CHECK_TRUE(events[0].source == address(kClient.ipv4));
    UNSIGNED_LONGS_EQUAL(kServiceSegment, events[0].segment);
}

TEST(Claim, AFlowKeepsItsOrigin) {
    NodeHarness edge(edge_tables());
    FarEnd branch(edge, {});
    branch.send(with_claim("203.0.113.7", client_packet()));
    egret::api::Tables tables = edge_tables();
    tables.generation = 2;
    tables.peers[0].origins = add_prefixes(tables, {"203.0.113.7/32", "203.0.113.8/32"});
    CHECK_TRUE(edge.node().publish(tables));
    STRCMP_EQUAL(
        "origin_changed",
        drop_of(branch.send(with_claim("203.0.113.8", client_packet())))
    );
    STRCMP_EQUAL("origin_changed", drop_of(branch.send(with_claim("", client_packet()))));
    STRCMP_EQUAL("origin_changed", drop_of(branch.send(client_packet())));
    accepted(branch.send(with_claim("203.0.113.7", client_packet())), "203.0.113.7");
}
