// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <set>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::Event;
using egret::api::EventKind;
using egret::api::PeerRecord;
using egret::api::SessionPlace;
using egret::api::SessionRecord;
using egret::api::Side;
using egret::api::Verdict;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// What a node says when it is asked.
TEST_GROUP(Records)
{
    NodeHarness branch{branch_tables(), {.workers = 1}};

    std::vector<SessionRecord> sessions() {
        std::vector<SessionRecord> records;
        branch.node().list_sessions(records);
        return records;
    }

    PeerRecord peer() {
        std::vector<PeerRecord> records;
        branch.node().list_peers(records);
        UNSIGNED_LONGS_EQUAL(1, records.size());
        return records.front();
    }
};

TEST(Records, TellEverySessionAndItsPlace) {
    FarEnd first(branch, {.node_initiated = true, .node_index = 11, .key = 1});
    branch.process(Side::inside, client_frame());
    const uint64_t first_created = branch.now_ns;
    branch.now_ns += kSecond;
    FarEnd second(branch, {.node_initiated = true, .node_index = 12, .key = 2});
    second.next_counter = 7;
    second.send(Bytes{});
    FarEnd third(branch, {.node_initiated = false, .node_index = 13, .key = 3});
    const auto records = sessions();
    UNSIGNED_LONGS_EQUAL(3, records.size());
    CHECK_TRUE(records[0].receiver_index == 12 && records[0].place == SessionPlace::current);
    CHECK_TRUE(records[0].confirmed && records[0].initiator);
    UNSIGNED_LONGS_EQUAL(8, records[0].received);  // the highest counter, plus one
    CHECK_TRUE(records[1].receiver_index == 11 && records[1].place == SessionPlace::previous);
    UNSIGNED_LONGS_EQUAL(1, records[1].sent);
    UNSIGNED_LONGS_EQUAL(first_created, records[1].created_ns);
    CHECK_FALSE(records[1].confirmed);
    CHECK_TRUE(records[2].receiver_index == 13 && records[2].place == SessionPlace::next);
    CHECK_FALSE(records[2].initiator);
}

TEST(Records, GiveBackTheTagOfTheKeys) {
    egret::api::SessionInstall install;
    install.receiver_index = 5;
    install.key_tag = 0x1122334455667788;
    install.created_ns = branch.now_ns;
    CHECK_TRUE(branch.node().install(install) == egret::api::InstallStatus::installed);
    UNSIGNED_LONGS_EQUAL(0x1122334455667788, sessions().at(0).key_tag);
}

TEST(Records, TellWhatPassedBetweenPeers) {
    FarEnd edge(branch, {.node_initiated = true});
    const Bytes sent = only(branch.process(Side::inside, client_frame()).outside);
    branch.now_ns += 5;
    edge.send(service_packet());
    const PeerRecord record = peer();
    CHECK_TRUE(record.has_session);
    UNSIGNED_LONGS_EQUAL(1, record.packets_sent);
    UNSIGNED_LONGS_EQUAL(sent.size() - 14 - 20 - 8, record.bytes_sent);
    UNSIGNED_LONGS_EQUAL(1, record.packets_received);
    UNSIGNED_LONGS_EQUAL(service_packet().size() + 32, record.bytes_received);
    UNSIGNED_LONGS_EQUAL(branch.now_ns, record.last_received_ns);
    UNSIGNED_LONGS_EQUAL(branch.now_ns - 5, record.last_sent_ns);
    CHECK_TRUE(record.endpoint == endpoint(kEdgeOutside.ipv4, kTunnelPort));
    branch.now_ns += 180 * kSecond;
    branch.poll();
    CHECK_FALSE(peer().has_session);  // there is one, but not one to send by
    UNSIGNED_LONGS_EQUAL(1, sessions().size());
}

TEST(Records, TellWhatWaits) {
    branch.process(Side::inside, client_frame());
    UNSIGNED_LONGS_EQUAL(1, peer().staged);
    CHECK_FALSE(peer().has_session);
}

TEST(Records, TellLivingFlowsAPageAtATime) {
    constexpr uint16_t kFlows = 50;
    const FarEnd edge(branch, {.node_initiated = true});
    for (uint16_t port = 1; port <= kFlows; ++port) {
        const FlowPacket packet{.protocol = kUdpProtocol, .client_port = port};
        branch.process(Side::inside, client_frame(packet));
        branch.now_ns += 1;
    }
    branch.process(Side::inside, client_frame({.protocol = kUdpProtocol, .client_port = 1}));
    std::set<uint16_t> ports;
    uint32_t from = 0;
    int pages = 0;
    do {
        std::vector<Event> records;
        from = branch.node().list_flows(from, 100, records);
        CHECK_TRUE(records.size() <= 100);
        for (const Event& record : records) {
            CHECK_TRUE(record.kind == EventKind::flow_opened);
            CHECK_TRUE(record.verdict == Verdict::tunnel);
            ports.insert(record.source_port);
            UNSIGNED_LONGS_EQUAL(record.source_port == 1 ? 2 : 1, record.packets_out);
            CHECK_TRUE(record.time_ns <= record.last_ns);
        }
        ++pages;
    } while (from != 0);
    UNSIGNED_LONGS_EQUAL(kFlows, ports.size());
    LONGS_EQUAL(11, pages);  // of 1,024 places
    std::vector<Event> none;
    UNSIGNED_LONGS_EQUAL(0, branch.node().list_flows(1'000'000, 100, none));
    CHECK_TRUE(none.empty());
}

TEST(Records, AreEmptyBeforeTheFirstGeneration) {
    NodeHarness fresh(egret::api::Role::edge);
    std::vector<PeerRecord> peers;
    fresh.node().list_peers(peers);
    std::vector<Event> flows;
    UNSIGNED_LONGS_EQUAL(0, fresh.node().list_flows(0, 10, flows));
    CHECK_TRUE(peers.empty() && flows.empty());
}

TEST(Records, ANodeThatSleepsHoldsNoGeneration) {
    egret::api::Tables tables = branch_tables();
    branch.process(Side::inside, client_frame());
    branch.node().go_offline();
    for (tables.generation = 2; tables.generation < 8; ++tables.generation) {
        CHECK_TRUE(branch.node().publish(tables));
    }
    branch.node().go_online();
    // Awake it holds what it may be using: two old ones may wait, no more.
    CHECK_TRUE(branch.node().publish(tables));
    CHECK_TRUE(branch.node().publish(tables));
    CHECK_FALSE(branch.node().publish(tables));
    branch.poll();
    CHECK_TRUE(branch.node().publish(tables));
}
