// SPDX-License-Identifier: Apache-2.0
// What control is told of a peer's sessions and whereabouts.
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

using egret::api::EventKind;
using egret::api::Side;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

const egret::api::Endpoint kHere = endpoint("192.0.2.200", 4444);
const egret::api::Endpoint kThere = endpoint("192.0.2.201", 4444);

}  // namespace

/// An edge whose branch the test plays.
TEST_GROUP(TunnelEvents)
{
    NodeHarness edge{edge_tables()};
    FarEnd branch{edge, {}};

    void receive_from(const egret::api::Endpoint& source) {
        edge.process(Side::outside, branch.frame_from(source, branch.seal({})));
    }
};

TEST(TunnelEvents, TheFirstAuthenticMessageOfACallerConfirmsItsSession) {
    Bytes forged = branch.frame(branch.seal({}));
    forged.back() ^= 1;
    edge.process(Side::outside, forged);
    UNSIGNED_LONGS_EQUAL(0, edge.events().size());
    branch.send({});
    const auto events = edge.events();
    UNSIGNED_LONGS_EQUAL(1, events.size());
    CHECK_TRUE(events[0].kind == EventKind::session_confirmed);
    UNSIGNED_LONGS_EQUAL(0x00aa0001, events[0].flow);
    UNSIGNED_LONGS_EQUAL(0, events[0].peer);
    branch.send({});
    UNSIGNED_LONGS_EQUAL(0, edge.events().size());
}

TEST(TunnelEvents, WhoInitiatedKnowsThatThePeerHasTheKeys) {
    NodeHarness node(edge_tables());
    FarEnd peer(node, {.node_initiated = true});
    peer.send({});
    UNSIGNED_LONGS_EQUAL(0, node.events(EventKind::session_confirmed).size());
}

TEST(TunnelEvents, AMoveIsToldWithItsAddressAndPort) {
    branch.send({});
    edge.events();
    receive_from(kHere);
    const auto events = edge.events();
    UNSIGNED_LONGS_EQUAL(1, events.size());
    CHECK_TRUE(events[0].kind == EventKind::peer_moved);
    CHECK_TRUE(events[0].outer == kHere.address);
    UNSIGNED_LONGS_EQUAL(4444, events[0].source_port);
    receive_from(kHere);
    UNSIGNED_LONGS_EQUAL(0, edge.events().size());
}

TEST(TunnelEvents, OneThatJumpsIsToldOncePerSecondAndTheNewestPlaceInTheEnd) {
    branch.send({});
    for (int i = 0; i < 5; ++i) {
        receive_from(kHere);
        receive_from(kThere);
    }
    UNSIGNED_LONGS_EQUAL(1, edge.events(EventKind::peer_moved).size());
    edge.now_ns += kSecond;
    receive_from(kThere);
    const auto events = edge.events(EventKind::peer_moved);
    UNSIGNED_LONGS_EQUAL(1, events.size());
    CHECK_TRUE(events[0].outer == kThere.address);
}

TEST(TunnelEvents, ACallFromElsewhereIsNotAMoveThatControlMissed) {
    branch.send({});
    edge.events();
    FarEnd moved(edge, {.endpoint = kHere, .node_index = 0x00aa0002, .key = 2});
    moved.send({});
    UNSIGNED_LONGS_EQUAL(0, edge.events(EventKind::peer_moved).size());
}
