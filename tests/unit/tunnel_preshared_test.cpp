// SPDX-License-Identifier: Apache-2.0
// Preshared keys that rotate. Neither end says which one it uses; the other must find out.
#include "tunnel_net.hpp"

#include <egret/crypto/limits.hpp>

#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::Received;
using crypto::kRekeyTimeout;
using crypto::kSecond;
using test::TunnelKeys;
using test::TunnelNet;

namespace {

constexpr uint8_t kOld = 1;
constexpr uint8_t kNew = 2;

TunnelKeys with_psk(TunnelKeys keys, uint8_t psk, std::optional<uint8_t> previous = std::nullopt) {
    keys.psk = psk;
    keys.previous_psk = previous;
    return keys;
}

const TunnelKeys kBranchOverlap = with_psk(TunnelNet::kBranchKeys, kNew, kOld);
const TunnelKeys kEdgeOverlap = with_psk(TunnelNet::kEdgeKeys, kNew, kOld);
const TunnelKeys kBranchDone = with_psk(TunnelNet::kBranchKeys, kNew);
const TunnelKeys kEdgeDone = with_psk(TunnelNet::kEdgeKeys, kNew);

struct TunnelPresharedTests : Utest {
    TunnelNet net{TunnelNet::Setup{}};

    void want() const { net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    void connect() {
        want();
        net.deliver();
        CHECK_TRUE(net.carries_both_ways());
        net.advance(10 * kSecond, true);
    }

    /// A rekey when it is due, and how many initiations it took.
    size_t rekey() {
        net.advance(120 * kSecond, true);
        net.branch->dataplane.slots.clear();
        want();
        net.deliver();
        net.advance(2 * kRekeyTimeout + kSecond, true);
        CHECK_TRUE(net.carries_both_ways());
        return net.branch->dataplane.slots.size();
    }

    void pass_without_loss(uint64_t seconds) {
        for (uint64_t i = 0; i < seconds; ++i) {
            net.advance(kSecond, true);
            CHECK_TRUE(net.carries_both_ways());
        }
    }

    /// The end of the overlap: with what is there, before any other handshake.
    void finish_without_loss() {
        net.push_edge(kEdgeDone);
        CHECK_TRUE(net.carries_both_ways());
        net.push_branch(kBranchDone);
        CHECK_TRUE(net.carries_both_ways());
        pass_without_loss(30);
    }
};

}  // namespace

TEST_GROUP_BASE(TunnelPreshared, TunnelPresharedTests){};

TEST(TunnelPreshared, AnInitiatorTriesTheNewThenThePrevious) {
    net.push_branch(kBranchOverlap);
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::established);
    net.advance(kRekeyTimeout, true);
    net.push_edge(kEdgeDone);
    net.advance(kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelPreshared, AResponderUsesTheNewThenThePrevious) {
    net.push_edge(kEdgeOverlap);
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
    CHECK_TRUE(net.at_branch == Received::not_authentic);
    net.advance(kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.at_branch == Received::established);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelPreshared, ThePreviousIsNotUsedBeforeTheNewHadItsTime) {
    net.push_edge(kEdgeOverlap);
    want();
    net.deliver();
    net.restart_branch();
    net.moment.now_ns += kRekeyTimeout - kSecond;
    net.moment.unix_ns += kRekeyTimeout - kSecond;
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::not_authentic);
    net.advance(kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.at_branch == Received::established);
}

// Responses get lost too: then it is the turn of the new key again.
TEST(TunnelPreshared, AResponderAlternates) {
    net.push_branch(kBranchDone);
    net.push_edge(kEdgeOverlap);
    want();
    for (int i = 0; i < 2; ++i) {
        CHECK_TRUE(net.edge_receives(net.branch->dataplane.take().at(0)) == Received::answered);
        net.edge->dataplane.take();  // lost
        net.moment.now_ns += 6 * kSecond;
        net.moment.unix_ns += 6 * kSecond;
        net.branch->tunnels.tick(net.moment);
    }
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::established);
}

TEST(TunnelPreshared, TheKeyThatWasConfirmedIsRemembered) {
    net.push_edge(kEdgeOverlap);
    want();
    net.deliver();
    net.advance(2 * kRekeyTimeout, true);
    CHECK_TRUE(net.carries_both_ways());
    UNSIGNED_LONGS_EQUAL(1, rekey());
    UNSIGNED_LONGS_EQUAL(1, rekey());
}

TEST(TunnelPreshared, BothAtOnceLosesNothing) {
    connect();
    net.push_edge(kEdgeOverlap);
    net.push_branch(kBranchOverlap);
    pass_without_loss(30);
    finish_without_loss();
}

TEST(TunnelPreshared, TheEdgeFirstLosesNothing) {
    connect();
    net.push_edge(kEdgeOverlap);
    pass_without_loss(30);
    net.push_branch(kBranchOverlap);
    pass_without_loss(30);
    finish_without_loss();
}

TEST(TunnelPreshared, TheBranchFirstLosesNothing) {
    connect();
    net.push_branch(kBranchOverlap);
    pass_without_loss(30);
    net.push_edge(kEdgeOverlap);
    pass_without_loss(30);
    finish_without_loss();
}

// The edge remembers by now that the branch has only the old key, and must find out that it is no
// longer so: a call long before its time is the hint.
TEST(TunnelPreshared, ABranchThatGetsTheKeyMuchLaterLosesNothing) {
    connect();
    net.push_edge(kEdgeOverlap);
    rekey();
    rekey();
    net.push_branch(kBranchOverlap);
    pass_without_loss(30);
    finish_without_loss();
}

TEST(TunnelPreshared, AnEdgeThatGetsTheKeyMuchLaterLosesNothing) {
    connect();
    net.push_branch(kBranchOverlap);
    rekey();
    rekey();
    net.push_edge(kEdgeOverlap);
    pass_without_loss(30);
    finish_without_loss();
}

// That a peer answers with the older key does not show that it lacks the newer one.
TEST(TunnelPreshared, WhatACalledPeerUsesIsNotHeldAgainstIt) {
    net.build({.edge_knows_endpoint = true});
    net.push_edge(kEdgeOverlap);
    net.advance(kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
    net.advance(120 * kSecond, true);
    net.branch_keys = kBranchDone;
    net.restart_branch();
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::established);
}

TEST(TunnelPreshared, AConfirmationTeachesTheNextProcess) {
    net.push_edge(kEdgeOverlap);
    want();
    net.deliver();
    net.moment.now_ns += kRekeyTimeout + kSecond;
    net.moment.unix_ns += kRekeyTimeout + kSecond;
    net.branch->tunnels.tick(net.moment);
    net.edge_receives(net.branch->dataplane.take().at(0));
    const api::SessionInstall session = net.edge->dataplane.installs.back();
    api::SessionRecord record;
    record.receiver_index = session.receiver_index;
    record.peer = session.peer;
    record.created_ns = session.created_ns;
    record.key_tag = session.key_tag;
    net.restart_edge();
    net.edge->tunnels.resume(std::vector{record}, {}, net.moment);
    net.edge->tunnels.confirmed(TunnelNet::kSlot, session.receiver_index);
    net.advance(120 * kSecond, false);
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::established);
}

TEST(TunnelPreshared, WithoutAnOverlapAChangeAppliesAtOnce) {
    connect();
    net.push_edge(kEdgeDone);
    net.push_branch(kBranchDone);
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.retired.size());
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.retired.size());
    net.advance(2 * kRekeyTimeout, true);
    CHECK_TRUE(net.carries_both_ways());
    net.push_edge(TunnelNet::kEdgeKeys);
    want();
    net.advance(2 * kRekeyTimeout, true);
    CHECK_FALSE(net.carries_both_ways());
}

TEST(TunnelPreshared, ARefusedResponseDoesNotCountAsTried) {
    net.push_edge(kEdgeOverlap);
    net.push_branch(kBranchDone);
    want();
    net.edge_receives(net.branch->dataplane.take().at(0));
    net.edge->dataplane.take();
    const uint32_t index = net.edge->dataplane.installs.back().receiver_index;
    net.edge->dataplane.drop(index);
    net.edge->tunnels.refused(index, api::InstallStatus::index_taken, net.moment);
    net.advance(kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.at_branch == Received::established);
    UNSIGNED_LONGS_EQUAL(2, net.edge->dataplane.installs.size());
}

}  // namespace egret
