// SPDX-License-Identifier: Apache-2.0
// Two nodes' handshake drivers and the network between them: what works.
#include "suites.hpp"
#include "tunnel_net.hpp"

#include <set>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::Received;
using test::TunnelNet;

namespace {

struct TunnelHandshakeTests : Utest {
    TunnelNet net{TunnelNet::Setup{}};

    void want() const { net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    void want_at_edge() const { net.edge->tunnels.want_session(TunnelNet::kSlot, net.moment); }
};

}  // namespace

TEST_GROUP_BASE(TunnelHandshake, TunnelHandshakeTests){};

TEST(TunnelHandshake, TheFirstGivesBothASession) {
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
    CHECK_TRUE(net.at_branch == Received::established);
    CHECK_TRUE(net.carries_both_ways());
    CHECK_TRUE(net.branch->dataplane.states.empty());
}

TEST(TunnelHandshake, WorksWithAes) {
    if (!test::suite_or_skip(crypto::Suite::aes256gcm)) {
        return;
    }
    net.build({.branch_suite = crypto::Suite::aes256gcm, .edge_suite = crypto::Suite::aes256gcm});
    want();
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelHandshake, NothingIsSentBeforeASessionIsWanted) {
    net.advance(600 * crypto::kSecond, true);
    CHECK_TRUE(net.sent_at_ns.empty());
}

TEST(TunnelHandshake, StartInitiatesWithEveryPeerThatHasAnEndpoint) {
    net.branch->tunnels.start(net.moment);
    net.edge->tunnels.start(net.moment);
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.outbox.size());
    UNSIGNED_LONGS_EQUAL(0, net.edge->dataplane.outbox.size());
}

TEST(TunnelHandshake, SessionsSayWhatTheDataplaneNeeds) {
    want();
    net.deliver();
    const api::SessionInstall& ours = net.branch->dataplane.installs.at(0);
    const api::SessionInstall& theirs = net.edge->dataplane.installs.at(0);
    CHECK_TRUE(ours.initiator);
    CHECK_FALSE(theirs.initiator);
    UNSIGNED_LONGS_EQUAL(TunnelNet::kSlot, ours.peer);
    UNSIGNED_LONGS_EQUAL(ours.receiver_index, theirs.remote_index);
    UNSIGNED_LONGS_EQUAL(theirs.receiver_index, ours.remote_index);
    CHECK_TRUE(ours.endpoint == net.edge->address);
    CHECK_TRUE(theirs.endpoint == net.branch->address);
    CHECK_TRUE(ours.created_ns == net.moment.now_ns);
}

TEST(TunnelHandshake, ReceiverIndexesAreTheWorkersAndNotPredictable) {
    std::set<uint32_t> indexes;
    for (int i = 0; i < 20; ++i) {
        net.advance(10 * crypto::kSecond, true);
        want();
        net.deliver();
    }
    for (const api::SessionInstall& session : net.branch->dataplane.installs) {
        UNSIGNED_LONGS_EQUAL(0, session.receiver_index >> 24);
        CHECK_FALSE(indexes.contains(session.receiver_index - 1));
        CHECK_FALSE(indexes.contains(session.receiver_index + 1));
        CHECK_TRUE(indexes.insert(session.receiver_index).second);
    }
    UNSIGNED_LONGS_EQUAL(20, indexes.size());
}

// Each side answers the other while its own initiation is under way.
TEST(TunnelHandshake, BothSidesMayInitiateAtOnce) {
    net.build({.edge_knows_endpoint = true});
    want();
    want_at_edge();
    net.deliver();
    UNSIGNED_LONGS_EQUAL(2, net.branch->dataplane.installs.size());
    UNSIGNED_LONGS_EQUAL(2, net.edge->dataplane.installs.size());
    CHECK_TRUE(net.carries_both_ways());
    CHECK_TRUE(net.carries_both_ways());
    net.advance(100 * crypto::kSecond, true);
    CHECK_TRUE(net.sent_at_ns.empty());
}

// As a wireguard-go peer does: it forgets its own initiation when it answers ours.
TEST(TunnelHandshake, InitiatingAtOnceWorksIfOnlyOneResponseComes) {
    net.build({.edge_knows_endpoint = true});
    want();
    want_at_edge();
    const auto to_edge = net.branch->dataplane.take();
    const auto to_branch = net.edge->dataplane.take();
    CHECK_TRUE(net.branch_receives(to_branch.at(0)) == Received::answered);
    net.branch->dataplane.take();
    CHECK_TRUE(net.edge_receives(to_edge.at(0)) == Received::answered);
    CHECK_TRUE(net.branch_receives(net.edge->dataplane.take().at(0)) == Received::established);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelHandshake, ANewSessionTakesOver) {
    want();
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
    net.advance(120 * crypto::kSecond, true);
    want();
    net.deliver();
    UNSIGNED_LONGS_EQUAL(2, net.branch->dataplane.installs.size());
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelHandshake, ALateResponseIsStillTaken) {
    want();
    const auto initiation = net.branch->dataplane.take();
    CHECK_TRUE(net.edge_receives(initiation.at(0)) == Received::answered);
    const auto response = net.edge->dataplane.take();
    net.advance(crypto::kRekeyTimeout - 1, false);
    CHECK_TRUE(net.branch_receives(response.at(0)) == Received::established);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelHandshake, TheResponseGoesWhereTheInitiationCameFrom) {
    want();
    const auto initiation = net.branch->dataplane.take();
    const api::Endpoint elsewhere{{api::Family::ipv4, {192, 0, 2, 99}}, 999};
    net.edge->tunnels.receive(TunnelNet::punt(initiation.at(0), elsewhere), net.moment);
    CHECK_TRUE(net.edge->dataplane.take().at(0).destination == elsewhere);
}

// An edge learns where its branch is from the handshake, and can then initiate itself.
TEST(TunnelHandshake, TheNextInitiationGoesToWhereThePeerWasAuthenticated) {
    want();
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
    net.advance(10 * crypto::kSecond, true);
    want_at_edge();
    CHECK_TRUE(net.edge->dataplane.outbox.at(0).destination == net.branch->address);
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelHandshake, RunsWithTheSameSeedAreTheSame) {
    want();
    const auto first = net.branch->dataplane.take();
    TunnelNet other{TunnelNet::Setup{}};
    other.branch->tunnels.want_session(TunnelNet::kSlot, other.moment);
    const auto second = other.branch->dataplane.take();
    CHECK_TRUE(first.at(0).bytes == second.at(0).bytes);
    net.edge_receives(first.at(0));
    other.edge_receives(second.at(0));
    CHECK_TRUE(net.edge->dataplane.take().at(0).bytes == other.edge->dataplane.take().at(0).bytes);
}

TEST(TunnelHandshake, AResponderDrawsAnotherIndexIfOneIsTaken) {
    using enum api::InstallStatus;
    net.edge->dataplane.refusals = {index_taken, index_taken};
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::answered);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelHandshake, AnInitiatorTriesAgainIfItsIndexIsTaken) {
    net.branch->dataplane.refusals = {api::InstallStatus::index_taken};
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::not_installed);
    net.advance(6 * crypto::kSecond, true);
    CHECK_TRUE(net.at_branch == Received::established);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelHandshake, ARestartedBranchGetsANewSession) {
    want();
    net.deliver();
    net.advance(crypto::kSecond, true);
    net.restart_branch();
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::established);
    CHECK_TRUE(net.carries_both_ways());
}

}  // namespace egret
