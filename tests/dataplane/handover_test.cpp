// SPDX-License-Identifier: Apache-2.0

#include "far_end.hpp"
#include "neighbour_frames.hpp"
#include "packets.hpp"
#include "two_workers.hpp"
#include "unit/name_messages.hpp"

#include <egret/crypto/limits.hpp>

#include <set>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::EventKind;
using egret::api::InstallStatus;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

Tables with_two_peers() {
    Tables tables = branch_tables();
    tables.peers.push_back(tables.peers.front());
    tables.peers[1].slot = 1;
    tables.groups[0].members = add_numbers(tables, {0, 1});
    return tables;
}

}  // namespace

/// A branch with two workers; what one receives the other owns. `edge` is peer 0, which worker 0 owns.
TEST_GROUP(Handover)
{
    NodeHarness branch{branch_tables(), {.workers = kWorkers}};

    void setup() override {
        branch.rotates = false;
        branch.poll();  // both take their tables
    }

    NodeOutput send(uint8_t receiver, const FlowPacket& packet) {
        branch.receiver = receiver;
        return branch.process(Side::inside, client_frame(packet));
    }

    NodeOutput hear(uint8_t receiver, const Bytes& frame) {
        branch.receiver = receiver;
        return branch.process(Side::outside, frame);
    }

    uint64_t counted(uint8_t worker, uint64_t egret::api::Counters::*counter) {
        return branch.node().counters(worker).*counter;
    }
};

TEST(Handover, APacketIsSealedByTheWorkerThatOwnsItsFlowWhoeverReceivesIt) {
    const FarEnd edge(branch, {.node_initiated = true});
    std::set<uint64_t> counters;
    for (const uint8_t receiver : kBoth) {
        for (const uint8_t owner : kBoth) {
            const uint64_t before = counted(owner, &egret::api::Counters::sealed);
            const Bytes frame = only(send(receiver, packet_of(owner)).outside);
            CHECK_TRUE(edge.open_frame(frame).has_value());
            UNSIGNED_LONGS_EQUAL(before + 1, counted(owner, &egret::api::Counters::sealed));
            counters.insert(counter_of(frame));
        }
    }
    UNSIGNED_LONGS_EQUAL(4, counters.size());
    UNSIGNED_LONGS_EQUAL(1, branch.node().flows(0));
    UNSIGNED_LONGS_EQUAL(1, branch.node().flows(1));
}

TEST(Handover, AnAnswerGoesFromItsSessionsWorkerToItsFlows) {
    FarEnd edge(branch, {.node_initiated = true});
    for (const uint8_t receiver : kBoth) {
        for (const uint8_t owner : kBoth) {
            const FlowPacket packet = packet_of(owner);
            send(receiver, packet);
            const Bytes sealed = edge.frame(edge.seal(service_packet(packet)));
            UNSIGNED_LONGS_EQUAL(1, hear(receiver, sealed).inside.size());
        }
    }
    UNSIGNED_LONGS_EQUAL(4, counted(0, &egret::api::Counters::opened));
    UNSIGNED_LONGS_EQUAL(0, counted(1, &egret::api::Counters::opened));
}

TEST(Handover, DirectPacketsPassOnceAndInOrder) {
    std::vector<Bytes> frames;
    for (unsigned i = 0; i < 2 * egret::kBurstSize; ++i) {
        FlowPacket packet = packet_of(1, i % 3);
        packet.server = kElsewhere;
        packet.payload = i;
        frames.push_back(client_frame(packet));
    }
    CHECK_TRUE(branch.process(Side::inside, frames).outside == frames);
    UNSIGNED_LONGS_EQUAL(frames.size(), counted(0, &egret::api::Counters::handed_over));
    UNSIGNED_LONGS_EQUAL(frames.size(), counted(1, &egret::api::Counters::taken_over));
}

TEST(Handover, AWorkerThatDoesNotKeepUpLosesPacketsByName) {
    branch.takes_over = false;
    const std::vector<Bytes> burst(egret::kBurstSize, client_frame(packet_of(1)));
    std::vector<DropReason> drops;
    for (unsigned n = 0; n <= egret::Passage::kPackets; n += egret::kBurstSize) {
        drops = branch.process(Side::inside, burst).drops;
    }
    UNSIGNED_LONGS_EQUAL(egret::kBurstSize, drops.size());
    STRCMP_EQUAL("worker_queue_full", name_of(drops.front()).data());
    CHECK_TRUE(branch.node().has_handed(1));
    CHECK_FALSE(branch.node().has_handed(0));
    UNSIGNED_LONGS_EQUAL(0b10, branch.node().handed_to(0));
}

TEST(Handover, WhatIsOnItsWayEndsWithTheNode) {
    branch.takes_over = false;
    UNSIGNED_LONGS_EQUAL(0, send(0, packet_of(1)).outside.size());
}

TEST(Handover, TheOtherWorkerFollowsARoamingPeer) {
    FarEnd edge(branch, {.node_initiated = true});
    send(1, packet_of(1));
    const auto elsewhere = endpoint("198.51.100.77", 7777);
    hear(0, edge.frame_from(elsewhere, edge.seal({})));
    const Dissection next = read_frame(only(send(1, packet_of(1)).outside));
    STRCMP_EQUAL("198.51.100.77", next.destination.c_str());
    UNSIGNED_LONGS_EQUAL(7777, next.destination_port);
}

TEST(Handover, APeerThatRoamsFasterThanWorkersFollowIsFollowedInTheEnd) {
    FarEnd edge(branch, {.node_initiated = true});
    for (uint16_t port = 1; port <= 50; ++port) {  // worker 1 reports nothing meanwhile
        hear(0, edge.frame_from(endpoint("198.51.100.77", port), edge.seal({})));
    }
    for (int i = 0; i < 2; ++i) {
        branch.now_ns += kSecond;
        branch.poll();
    }
    UNSIGNED_LONGS_EQUAL(50, read_frame(only(send(1, packet_of(1)).outside)).destination_port);
}

TEST(Handover, ARetiredSessionIsNoLongerSentBy) {
    const FarEnd edge(branch, {.node_initiated = true});
    UNSIGNED_LONGS_EQUAL(1, send(1, packet_of(1)).outside.size());
    CHECK_TRUE(branch.node().retire(0x00aa0001));
    UNSIGNED_LONGS_EQUAL(0, send(1, packet_of(1)).outside.size());
    UNSIGNED_LONGS_EQUAL(1, branch.node().packets_staged(1));
}

TEST(Handover, WhatEitherWorkerStagedLeavesWithTheSession) {
    send(0, packet_of(0));
    send(1, packet_of(1));
    UNSIGNED_LONGS_EQUAL(1, branch.node().packets_staged(0));
    UNSIGNED_LONGS_EQUAL(1, branch.node().packets_staged(1));
    const FarEnd edge(branch, {.node_initiated = true});
    std::vector<Bytes> sent = branch.flush_staged(kSlot).outside;
    const std::vector<Bytes> others = branch.take_over().outside;
    sent.insert(sent.end(), others.begin(), others.end());
    UNSIGNED_LONGS_EQUAL(2, sent.size());
    for (const Bytes& frame : sent) {
        CHECK_TRUE(edge.open_frame(frame).has_value());
    }
}

TEST(Handover, BothWorkersDropWhatWaitsForAPeerThatIsDown) {
    send(0, packet_of(0));
    send(1, packet_of(1));
    branch.node().set_peer_state(kSlot, egret::api::PeerState::down);
    branch.flush_staged(kSlot);
    branch.take_over();
    UNSIGNED_LONGS_EQUAL(2, branch.drops(DropReason::no_session));
}

TEST(Handover, ASessionIsTakenOnlyUnderItsPeersWorker) {
    Tables tables = with_two_peers();
    tables.generation = 2;
    CHECK_TRUE(branch.node().publish(tables));
    branch.poll();
    const FarEnd second(branch, {.slot = 1, .node_index = 0x00aa0002});
    CHECK_TRUE(second.status() == InstallStatus::installed);
    egret::api::SessionInstall wrong;
    wrong.peer = 1;
    wrong.receiver_index = 0x00aa0003;  // worker 0
    CHECK_TRUE(branch.node().install(wrong) == InstallStatus::wrong_worker);
    CHECK_TRUE(branch.node().retire(0x01aa0002));
    CHECK_FALSE(branch.node().retire(0x02aa0002));  // no such worker
}

TEST(Handover, AMessageForAWorkerThereIsNotIsForNoSession) {
    FarEnd edge(branch, {.node_initiated = true});
    Bytes message = edge.seal(service_packet());
    message[7] = 0x77;  // the top of the receiver index, little endian
    STRCMP_EQUAL("unknown_session", drop_of(hear(1, edge.frame(message))));
}

TEST(Handover, APeerThatIsGoneIsGoneForBoth) {
    const FarEnd edge(branch, {.node_initiated = true});
    send(1, packet_of(1));
    Tables tables = branch_tables();
    tables.generation = 2;
    tables.peers.clear();
    tables.groups[0].members = {};
    tables.rules.clear();
    CHECK_TRUE(branch.node().publish(tables));
    branch.poll();
    STRCMP_EQUAL("no_session", drop_of(send(1, packet_of(1))));
}

TEST(Handover, APeerHearsAKeepaliveOnlyWhereNobodySends) {
    FarEnd edge(branch, {.node_initiated = true});
    send(1, packet_of(1));
    branch.poll();
    hear(0, edge.frame(edge.seal(service_packet(packet_of(1)))));
    branch.now_ns += kSecond;
    send(1, packet_of(1));  // the other worker answers for it
    for (unsigned i = 0; i < 120; ++i) {
        branch.now_ns += kSecond / 10;
        CHECK_TRUE(branch.poll().outside.empty());
    }
}

TEST(Handover, SilenceAfterWhatTheOtherWorkerSentIsNoticed) {
    FarEnd edge(branch, {.node_initiated = true});
    hear(0, edge.frame(edge.seal({})));
    branch.now_ns += kSecond;
    send(1, packet_of(1));
    branch.events();
    for (unsigned i = 0; i < 160; ++i) {
        branch.now_ns += kSecond / 10;
        branch.poll();
    }
    UNSIGNED_LONGS_EQUAL(1, branch.events(EventKind::session_wanted).size());
}

TEST(Handover, RecordsAddUpWhatBothSent) {
    const FarEnd edge(branch, {.node_initiated = true});
    send(0, packet_of(0));
    send(0, packet_of(1));
    branch.now_ns += kSecond;
    branch.poll();
    std::vector<egret::api::PeerRecord> peers;
    branch.node().list_peers(peers, 0);
    UNSIGNED_LONGS_EQUAL(1, peers.size());
    UNSIGNED_LONGS_EQUAL(2, peers[0].packets_sent);
    branch.node().list_peers(peers, 1);
    UNSIGNED_LONGS_EQUAL(1, peers.size());  // its owner tells of it, nobody else
}

TEST(Handover, FlowsOfDifferentWorkersHaveDifferentNumbers) {
    const FarEnd edge(branch, {.node_initiated = true});
    send(0, packet_of(0));
    send(0, packet_of(1));
    std::set<uint64_t> numbers;
    for (const auto& event : branch.events(EventKind::flow_opened)) {
        numbers.insert(event.flow);
    }
    UNSIGNED_LONGS_EQUAL(2, numbers.size());
}

TEST(Handover, ANameIsKnownToTheOtherWorker) {
    Tables tables = branch_tables();
    tables.generation = 2;
    tables.learn_names = true;
    CHECK_TRUE(branch.node().publish(tables));
    branch.poll();
    const FarEnd edge(branch, {.node_initiated = true});
    const uint16_t asking = port_of(0);
    const auto frame = [](std::string_view from, std::string_view to) {
        return PacketBuilder().ethernet(kClientMac, kGatewayMac).ipv4(from, to);
    };
    const Bytes question = frame(kClient.ipv4, kElsewhere.ipv4)
                               .udp(asking, 53)
                               .payload(dns_query("login.example", 1))
                               .bytes();
    const Bytes told =
        frame(kElsewhere.ipv4, kClient.ipv4)
            .udp(53, asking)
            .payload(dns_response("login.example", 1, {address_bytes(kService.ipv4)}))
            .bytes();
    branch.receiver = 1;
    UNSIGNED_LONGS_EQUAL(1, branch.process(Side::inside, question).outside.size());
    UNSIGNED_LONGS_EQUAL(1, hear(1, told).inside.size());
    branch.events();
    send(0, packet_of(1));
    const auto opened = branch.events(EventKind::flow_opened);
    UNSIGNED_LONGS_EQUAL(1, opened.size());
    CHECK_TRUE(opened[0].server_name.view() == "login.example");
}

TEST(Handover, WhatOneWorkerHearsOfANeighbourTheOtherKnows) {
    Tables tables = branch_tables();
    tables.ports[1].gateway_ipv4 = address("203.0.113.1");
    NodeHarness node(tables, {.workers = kWorkers, .static_next_hops = false});
    node.rotates = false;
    node.poll();
    const FarEnd edge(node, {.node_initiated = true});
    node.receiver = 1;
    CHECK_TRUE(egret::test::hear(only(node.process(Side::inside, client_frame(packet_of(1))).outside
                                 ))
                   ->asks);
    UNSIGNED_LONGS_EQUAL(1, node.node().packets_staged(1));
    node.receiver = 0;
    const NodeOutput heard = node.process(
        Side::outside,
        answer(
            {.sender = "203.0.113.1",
             .sender_mac = kInternetMac,
             .to_mac = kBranchMac,
             .to = kBranchOutside.ipv4}
        )
    );
    CHECK_TRUE(edge.open_frame(only(heard.outside)).has_value());
    UNSIGNED_LONGS_EQUAL(0, node.node().packets_staged(1));
}
