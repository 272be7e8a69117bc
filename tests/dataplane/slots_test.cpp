// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <utility>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Endpoint;
using egret::api::PeerRecord;
using egret::api::Tables;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// What of a peer's lasting state survives a push.
TEST_GROUP(Slots)
{
    NodeHarness branch{branch_tables()};
    Tables tables = branch_tables();
    const Endpoint roamed = endpoint("198.51.100.99", 999);

    void push() {
        ++tables.generation;
        CHECK_TRUE(branch.node().publish(tables));
        branch.poll();
        branch.node().reclaim();
    }

    PeerRecord peer() {
        std::vector<PeerRecord> records;
        branch.node().list_peers(records);
        UNSIGNED_LONGS_EQUAL(1, records.size());
        return records.front();
    }

    size_t n_sessions() {
        std::vector<egret::api::SessionRecord> records;
        branch.node().list_sessions(records);
        return records.size();
    }

    void roam(FarEnd & edge) {
        const Bytes frame = edge.frame_from(roamed, edge.seal(Bytes{}));
        UNSIGNED_LONGS_EQUAL(0, branch.process(egret::api::Side::outside, frame).drops.size());
        CHECK_TRUE(peer().endpoint == roamed);
    }
};

TEST(Slots, AnotherKeyIsARotationAndKeepsTheSessions) {
    FarEnd edge(branch, {.node_initiated = true});
    roam(edge);
    tables.peers[0].public_key.fill(7);
    push();
    UNSIGNED_LONGS_EQUAL(1, n_sessions());
    CHECK_TRUE(peer().endpoint == roamed);
    CHECK_TRUE(peer().public_key == tables.peers[0].public_key);
    CHECK_TRUE(edge.send({}).drops.empty());
}

TEST(Slots, OneThatIsGoneLosesEverything) {
    FarEnd edge(branch, {.node_initiated = true});
    roam(edge);
    Tables without = tables;
    std::swap(tables, without);
    tables.peers.clear();
    tables.groups[0].members = {};
    push();
    UNSIGNED_LONGS_EQUAL(0, n_sessions());
    STRCMP_EQUAL("unknown_session", drop_of(edge.send({})));
    // Control never gives a slot away again; if it did, nothing of the last one would be left.
    without.generation = tables.generation;
    std::swap(tables, without);
    tables.peers[0].endpoint = {};
    push();
    CHECK_FALSE(peer().endpoint.address.present());
    UNSIGNED_LONGS_EQUAL(0, peer().packets_received);
    CHECK_FALSE(peer().observed_ipv4.present());
}

TEST(Slots, TheEndpointStaysWhereThePeerWentUnlessConfiguredAnew) {
    FarEnd edge(branch, {.node_initiated = true});
    roam(edge);
    push();
    CHECK_TRUE(peer().endpoint == roamed);
    const Endpoint configured = endpoint("198.51.100.50", 50);
    tables.peers[0].endpoint = configured;
    push();
    CHECK_TRUE(peer().endpoint == configured);
    roam(edge);
    push();
    CHECK_TRUE(peer().endpoint == roamed);
    tables.peers[0].endpoint = {};  // the peer is to call from now on; it is still where it was
    push();
    CHECK_TRUE(peer().endpoint == roamed);
}

TEST(Slots, OneSessionMayBeRetired) {
    FarEnd first(branch, {.node_initiated = true, .node_index = 1, .key = 1});
    FarEnd second(branch, {.node_initiated = true, .node_index = 2, .key = 2});
    UNSIGNED_LONGS_EQUAL(2, n_sessions());
    CHECK_TRUE(branch.node().retire(2));
    CHECK_FALSE(branch.node().retire(2));
    CHECK_FALSE(branch.node().retire(3));
    UNSIGNED_LONGS_EQUAL(1, n_sessions());
    CHECK_FALSE(peer().has_session);
    STRCMP_EQUAL("unknown_session", drop_of(second.send({})));
    CHECK_TRUE(first.send({}).drops.empty());  // it receives to its end
    // Traffic waits for the next one, and asks for it.
    branch.process(egret::api::Side::inside, client_frame());
    UNSIGNED_LONGS_EQUAL(1, peer().staged);
    UNSIGNED_LONGS_EQUAL(1, branch.events(egret::api::EventKind::session_wanted).size());
}
