// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "node_pair.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::EventKind;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

/// Each peer is looked at once in this time.
constexpr uint64_t kRound = kSecond / 10;

Tables kept_alive(uint16_t seconds) {
    Tables tables = branch_tables();
    tables.peers[0].keepalive_s = seconds;
    return tables;
}

}  // namespace

/// A branch's timers (WireGuard paper, section 6.5).
TEST_GROUP(Keepalive)
{
    std::optional<NodeHarness> node;
    std::optional<FarEnd> edge;

    void begin(Tables tables = branch_tables()) {
        node.emplace(std::move(tables));
        node->poll();  // takes its tables
    }

    /// A session by which the branch has sent something.
    void connect() {
        edge.emplace(*node, FarEnd::Options{.node_initiated = true});
        UNSIGNED_LONGS_EQUAL(1, node->flush_staged(kSlot).outside.size());
        edge->send({});
        node->poll();
    }

    /// What the branch sends by itself meanwhile.
    std::vector<Bytes> wait(uint64_t ns) {
        std::vector<Bytes> sent;
        for (uint64_t waited = 0; waited < ns; waited += kRound) {
            node->now_ns += std::min(kRound, ns - waited);
            const NodeOutput output = node->poll();
            sent.insert(sent.end(), output.outside.begin(), output.outside.end());
        }
        return sent;
    }

    void receive_data() {
        edge->send(service_packet());  // unsolicited, but authentic data all the same
    }

    bool is_keepalive(const Bytes& frame) const {
        const auto payload = edge->open_frame(frame);
        return payload.has_value() && payload->empty();
    }

    size_t sessions_wanted() {
        return node->events(EventKind::session_wanted).size();
    }
};

TEST(Keepalive, ConfirmsANewSessionWhereNothingWaited) {
    begin();
    edge.emplace(*node, FarEnd::Options{.node_initiated = true});
    CHECK_TRUE(is_keepalive(only(node->flush_staged(kSlot).outside)));
    CHECK_TRUE(node->flush_staged(kSlot).outside.empty());
    // Whoever forgets to flush is helped by the timers.
    edge.emplace(*node, FarEnd::Options{.node_initiated = true, .node_index = 2});
    CHECK_TRUE(is_keepalive(only(wait(kRound))));
    // A responder waits to be confirmed.
    edge.emplace(*node, FarEnd::Options{.node_initiated = false, .node_index = 3});
    CHECK_TRUE(node->flush_staged(kSlot).outside.empty());
    CHECK_TRUE(wait(20 * kSecond).empty());
}

TEST(Keepalive, WhatWaitedConfirmsAsWell) {
    begin();
    node->process(Side::inside, client_frame());
    edge.emplace(*node, FarEnd::Options{.node_initiated = true});
    CHECK_FALSE(is_keepalive(only(node->flush_staged(kSlot).outside)));
}

TEST(Keepalive, AnswersDataThatGotNoAnswerForTenSeconds) {
    begin();
    connect();
    receive_data();
    CHECK_TRUE(wait(5 * kSecond).empty());
    receive_data();  // the first of them counts
    CHECK_TRUE(wait(5 * kSecond - 1).empty());
    CHECK_TRUE(is_keepalive(only(wait(kRound + 1))));
    CHECK_TRUE(wait(60 * kSecond).empty());
}

TEST(Keepalive, IsNotAnswered) {
    begin();
    connect();
    edge->send({});
    CHECK_TRUE(wait(60 * kSecond).empty());
}

TEST(Keepalive, IsNotNeededWhereSomethingWasSent) {
    begin();
    connect();
    receive_data();
    wait(9 * kSecond);
    UNSIGNED_LONGS_EQUAL(1, node->process(Side::inside, client_frame()).outside.size());
    CHECK_TRUE(wait(5 * kSecond).empty());
}

TEST(Keepalive, SilenceAfterDataAsksForANewSession) {
    begin();
    connect();
    node->process(Side::inside, client_frame());
    wait(5 * kSecond);
    node->process(Side::inside, client_frame());  // the first of them counts
    wait(10 * kSecond - 1);
    UNSIGNED_LONGS_EQUAL(0, sessions_wanted());
    wait(kRound + 1);
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());
    // Once, until data is sent again.
    wait(60 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, sessions_wanted());
    node->process(Side::inside, client_frame());
    wait(15 * kSecond + kRound);
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());
}

TEST(Keepalive, AnythingAuthenticIsALifeSign) {
    begin();
    connect();
    node->process(Side::inside, client_frame());
    wait(14 * kSecond);
    edge->send({});
    wait(60 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, sessions_wanted());
}

TEST(Keepalive, KeepalivesExpectNoAnswer) {
    begin(kept_alive(5));
    connect();
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());  // the first session
    UNSIGNED_LONGS_EQUAL(12, wait(60 * kSecond).size());
    UNSIGNED_LONGS_EQUAL(0, sessions_wanted());
}

TEST(Keepalive, PersistentOnesKeepTheirPaceAndRenewTheKeys) {
    begin(kept_alive(25));
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());  // also the first session
    connect();
    const std::vector<Bytes> sent = wait(110 * kSecond);
    UNSIGNED_LONGS_EQUAL(4, sent.size());
    CHECK_TRUE(is_keepalive(sent.back()));
    UNSIGNED_LONGS_EQUAL(0, sessions_wanted());
    wait(25 * kSecond);  // the fifth is sent after two minutes
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());
}

TEST(Keepalive, TrafficPutsPersistentOnesOff) {
    begin(kept_alive(10));
    connect();
    for (int i = 0; i < 5; ++i) {
        wait(4 * kSecond);
        edge->send({});
        wait(4 * kSecond);
        node->process(Side::inside, client_frame());
    }
    UNSIGNED_LONGS_EQUAL(6, node->counters().sealed);  // the five, and what confirmed the session
}

TEST(Keepalive, PersistentOnesAskAgainWhereNoSessionCame) {
    begin(kept_alive(25));
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());
    wait(25 * kSecond - kRound);
    UNSIGNED_LONGS_EQUAL(0, sessions_wanted());
    wait(2 * kRound);
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());
}

TEST(Keepalive, PersistentOnesAskAtOnceWhenTheSessionIsRetired) {
    begin(kept_alive(25));
    connect();
    wait(3 * kSecond);
    node->events();
    CHECK_TRUE(node->node().retire(0x00aa0001));
    wait(kRound);
    UNSIGNED_LONGS_EQUAL(1, sessions_wanted());
}

TEST(Keepalive, APeerWhoseAddressIsNotKnownCannotBeAskedFor) {
    Tables tables = kept_alive(25);
    tables.peers[0].endpoint = {};
    begin(std::move(tables));
    wait(60 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, sessions_wanted());
}

TEST(Keepalive, OfAThousandPeersTakesATenthOfASecond) {
    Tables tables = kept_alive(25);
    tables.peers.resize(10'000, tables.peers[0]);
    for (size_t i = 0; i < tables.peers.size(); ++i) {
        tables.peers[i].slot = static_cast<uint16_t>(i);
    }
    node.emplace(std::move(tables));
    size_t asked = 0;
    for (int call = 0; call < 20; ++call) {
        node->now_ns += kSecond / 200;
        node->poll();
        const size_t now_asked = sessions_wanted();
        CHECK_TRUE(now_asked <= 1024);  // never all at once
        asked += now_asked;
    }
    UNSIGNED_LONGS_EQUAL(10'000, asked);
}

TEST(Keepalive, WaitsForControlThatIsTooFarBehindToBeAsked) {
    Tables tables = kept_alive(25);
    tables.peers.resize(5000, tables.peers[0]);
    for (size_t i = 0; i < tables.peers.size(); ++i) {
        tables.peers[i].slot = static_cast<uint16_t>(i);
    }
    node.emplace(std::move(tables), NodeHarness::Options{.workers = 1});
    wait(kSecond);
    UNSIGNED_LONGS_EQUAL(4096, sessions_wanted());
    wait(kSecond);
    UNSIGNED_LONGS_EQUAL(5000 - 4096, sessions_wanted());
    UNSIGNED_LONGS_EQUAL(0, node->counters().events_lost);
}

TEST(Keepalive, TwoIdleEndsDoNotKeepEachOtherAwake) {
    NodePair pair;
    pair.connect();
    pair.from_clients({client_frame()});
    pair.advance(11 * kSecond);
    pair.crossed.clear();
    pair.advance(600 * kSecond);
    CHECK_TRUE(pair.crossed.empty());
}
