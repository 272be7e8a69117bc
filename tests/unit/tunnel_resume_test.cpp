// SPDX-License-Identifier: Apache-2.0
// A control process that finds a dataplane at work: it takes over, and nobody notices.
#include "tunnel_many.hpp"

#include <egret/crypto/limits.hpp>

#include <utility>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::Received;
using crypto::kSecond;
using test::ManyPeers;
using test::TunnelNet;

namespace {

/// What a dataplane that has these sessions would tell of them.
std::vector<api::SessionRecord> records_of(const test::FakeDataplane& dataplane) {
    std::vector<api::SessionRecord> records;
    for (const api::SessionInstall& session : dataplane.installs) {
        api::SessionRecord& record = records.emplace_back();
        record.receiver_index = session.receiver_index;
        record.peer = session.peer;
        record.suite = session.suite;
        record.initiator = session.initiator;
        record.confirmed = true;
        record.created_ns = session.created_ns;
        record.key_tag = session.key_tag;
    }
    return records;
}

api::PeerRecord peer_record(uint16_t slot, const api::Endpoint& endpoint) {
    api::PeerRecord record;
    record.slot = slot;
    record.endpoint = endpoint;
    record.has_session = true;
    return record;
}

struct TunnelResumeTests : Utest {
    ManyPeers node{3};
    const api::Endpoint somewhere{{api::Family::ipv4, {192, 0, 2, 9}}, 9};

    void resume(
        const std::vector<api::SessionRecord>& sessions,
        const std::vector<api::PeerRecord>& peers = {}
    ) const {
        node.tunnels->resume(sessions, peers, node.moment);
    }
};

}  // namespace

TEST_GROUP_BASE(TunnelResume, TunnelResumeTests){};

TEST(TunnelResume, CausesNoHandshake) {
    resume(
        {node.session(0, node.moment.now_ns - 100 * kSecond)},
        {peer_record(0, somewhere), peer_record(1, {})}
    );
    node.advance(600 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, node.dataplane.slots.size());
    CHECK_TRUE(node.dataplane.retired.empty());
}

TEST(TunnelResume, APacketThatWaitsForAHandshakeGetsOne) {
    api::PeerRecord waiting = peer_record(1, {});
    waiting.has_session = false;
    waiting.staged = 3;
    resume({}, {waiting});
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.outbox.size());
    UNSIGNED_LONGS_EQUAL(2, node.dataplane.outbox[0].destination.port);
}

TEST(TunnelResume, TheNextHandshakeGoesWhereThePeerIs) {
    resume({}, {peer_record(0, somewhere)});
    node.tunnels->want_session(0, node.moment);
    CHECK_TRUE(node.dataplane.outbox.at(0).destination == somewhere);
}

TEST(TunnelResume, AYoungSessionIsNotRenewed) {
    resume({node.session(0, node.moment.now_ns - kSecond)});
    node.tunnels->want_session(0, node.moment);
    UNSIGNED_LONGS_EQUAL(0, node.dataplane.slots.size());
    node.advance(5 * kSecond);
    node.tunnels->want_session(0, node.moment);
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.slots.size());
}

TEST(TunnelResume, APeerIsNotDownWhileTheSessionLasts) {
    resume({node.session(0, node.moment.now_ns - 100 * kSecond)});
    node.tunnels->want_session(0, node.moment);
    node.advance(80 * kSecond - 1);
    CHECK_TRUE(node.dataplane.states.empty());
    node.advance(1);
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.states.size());
}

TEST(TunnelResume, APeerThatIsDownIsNotSaidToBeDownAgain) {
    api::PeerRecord down = peer_record(0, somewhere);
    down.has_session = false;
    down.state = api::PeerState::down;
    resume({}, {down});
    node.tunnels->want_session(0, node.moment);
    node.advance(60 * kSecond);
    CHECK_TRUE(node.dataplane.states.empty());
}

TEST(TunnelResume, SessionsOfKeysThatMayNotBeUsedEnd) {
    api::SessionRecord foreign = node.session(0, node.moment.now_ns);
    foreign.key_tag ^= 1;
    api::SessionRecord other_suite = node.session(1, node.moment.now_ns);
    other_suite.suite = crypto::Suite::aes256gcm;
    resume({foreign, other_suite, node.session(2, node.moment.now_ns)});
    UNSIGNED_LONGS_EQUAL(2, node.dataplane.retired.size());
    UNSIGNED_LONGS_EQUAL(foreign.receiver_index, node.dataplane.retired[0]);
    UNSIGNED_LONGS_EQUAL(other_suite.receiver_index, node.dataplane.retired[1]);
}

TEST(TunnelResume, SessionsOfUnknownPeersEnd) {
    resume({node.session(7, node.moment.now_ns)});
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.retired.size());
}

TEST(TunnelResume, AskedAgainItChangesNothing) {
    const std::vector<api::SessionRecord> sessions{node.session(0, node.moment.now_ns)};
    resume(sessions, {peer_record(0, somewhere)});
    resume(sessions, {peer_record(0, somewhere)});
    node.push(ManyPeers::peers(0));
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.retired.size());
}

// A push that ends a key ends the sessions an earlier process made with it.
TEST(TunnelResume, WhatWasTakenOverIsRetiredLikeAnyOther) {
    resume({node.session(0, node.moment.now_ns)});
    auto peers = ManyPeers::peers(3);
    peers[0].preshared_key.writable()[0] = std::byte{1};
    node.push(std::move(peers));
    UNSIGNED_LONGS_EQUAL(1, node.dataplane.retired.size());
}

// An install may be lost with the connection, and nobody says so.
TEST(TunnelResume, WhatTheDataplaneDoesNotHaveIsForgotten) {
    TunnelNet net{TunnelNet::Setup{}};
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.deliver();
    net.branch->tunnels.resume({}, {}, net.moment);
    net.moment.now_ns += kSecond;
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.advance(5 * kSecond, true);
    UNSIGNED_LONGS_EQUAL(2, net.branch->dataplane.installs.size());
    CHECK_TRUE(net.branch->dataplane.retired.empty());
}

TEST(TunnelResume, TunnelsOutliveTheirControl) {
    TunnelNet net{TunnelNet::Setup{}};
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.deliver();
    net.advance(60 * kSecond, true);
    const std::vector<api::SessionRecord> sessions = records_of(net.branch->dataplane);
    const auto before = std::move(net.branch);
    net.restart_branch();
    net.branch->dataplane.take_over(before->dataplane);
    net.branch->tunnels.resume(
        sessions,
        std::vector{peer_record(TunnelNet::kSlot, net.edge->address)},
        net.moment
    );
    net.advance(60 * kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::established);
    CHECK_TRUE(net.carries_both_ways());
    // Its index is not drawn again while the dataplane has the session.
    CHECK_TRUE(net.branch->dataplane.installs.back().receiver_index != sessions[0].receiver_index);
}

// The response was sent by the process before; who called confirms it to this one.
TEST(TunnelResume, ASessionMayBeConfirmedToTheNextProcess) {
    TunnelNet net{TunnelNet::Setup{}};
    net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment);
    net.edge_receives(net.branch->dataplane.take().at(0));
    auto sessions = records_of(net.edge->dataplane);
    sessions[0].confirmed = false;
    net.restart_edge();
    net.edge->tunnels.resume(
        sessions,
        std::vector{peer_record(TunnelNet::kSlot, net.branch->address)},
        net.moment
    );
    net.edge->tunnels.confirmed(TunnelNet::kSlot, sessions[0].receiver_index);
    net.advance(10 * kSecond, false);
    net.edge->tunnels.want_session(TunnelNet::kSlot, net.moment);
    CHECK_TRUE(net.edge->dataplane.outbox.at(0).destination == net.branch->address);
}

}  // namespace egret
