// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packet_pools.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <functional>
#include <memory>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Family;
using egret::api::PeerState;
using egret::api::Side;
using egret::api::Tables;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

/// A branch in trouble, and what its packets must end as.
struct Trouble {
    const char* what;
    std::function<void(Tables&)> configure;
    std::function<void(NodeHarness&)> happen;
    size_t payload = 64;
    uint16_t headroom = RTE_PKTMBUF_HEADROOM;
    uint32_t flow_capacity = 64;
};

void nothing(Tables&) {}

void connect(NodeHarness& node) {
    const FarEnd edge(node, {.node_initiated = true});
}

/// Takes every flow of the table, for tunnel destinations.
void fill_flows(NodeHarness& node) {
    connect(node);
    for (uint16_t port = 1; port <= 64; ++port) {
        node.process(Side::inside, client_frame({.client_port = port}));
    }
}

void fill_staging(NodeHarness& node) {
    for (int i = 0; i < 128; ++i) {
        node.process(Side::inside, client_frame({.client_port = 7}));
    }
}

void lose_peer(NodeHarness& node) {
    connect(node);
    Tables without = branch_tables();
    without.generation = 2;
    without.peers.clear();
    without.groups[0].members = {};
    CHECK_TRUE(node.node().publish(without));
}

const Trouble kTroubles[] = {
    {"no session yet", nothing, [](NodeHarness&) {}},
    {"staging full", nothing, fill_staging},
    {"handshakes unanswered",
     nothing,
     [](NodeHarness& node) { node.node().set_peer_state(kSlot, PeerState::down); }},
    {"session expired",
     nothing,
     [](NodeHarness& node) {
         connect(node);
         node.now_ns += egret::crypto::kRejectAfterTime;
     }},
    {"expired and down",
     nothing,
     [](NodeHarness& node) {
         connect(node);
         node.now_ns += egret::crypto::kRejectAfterTime;
         node.node().set_peer_state(kSlot, PeerState::down);
     }},
    {"peer removed", nothing, lose_peer},
    {"no own address", [](Tables& tables) { tables.ports[1].addresses = {}; }, connect},
    {"no origin",
     [](Tables& tables) {
         tables.egress_ipv4 = {};
         tables.egress_ipv6 = {};
     },
     connect},
    {"source not egress",
     [](Tables& tables) {
         tables.egress_ipv4 = {};
         tables.egress_ipv6 = add_prefixes(tables, {"2001:db8:99::/48"});
     },
     connect},
    {"too big", nothing, connect, 1450},
    {"no headroom", nothing, connect, 64, 0},
    {"flow table full", nothing, fill_flows},
    {"configured away", [](Tables& tables) { tables.groups[0].members = {}; }, connect},
};

}  // namespace

/// Whatever stops a packet from being sealed: it never leaves the outside in clear.
TEST_GROUP(FailClosed)
{static void check(const Trouble& trouble, const FlowPacket& packet){
    Tables tables = branch_tables();
trouble.configure(tables);
NodeHarness branch(tables, {.flow_capacity = trouble.flow_capacity, .workers = 1});
trouble.happen(branch);
const uint64_t staged = branch.packets_staged();
const NodeOutput output =
    branch.process(Side::inside, to_mbuf(client_frame(packet), trouble.headroom));
CHECK_TRUE_TEXT(output.outside.empty(), trouble.what);
CHECK_TRUE_TEXT(output.drops.size() == 1 || branch.packets_staged() == staged + 1, trouble.what);
UNSIGNED_LONGS_EQUAL_TEXT(0, branch.counters().bridged, trouble.what);
}
}
;

TEST(FailClosed, NothingForTheTunnelLeavesInClear) {
    for (const Trouble& trouble : kTroubles) {
        for (const uint8_t protocol : {kTcpProtocol, kUdpProtocol}) {
            for (const Family family : kFamilies) {
                check(
                    trouble,
                    {.family = family, .protocol = protocol, .payload = trouble.payload}
                );
            }
        }
    }
}

TEST(FailClosed, NorIfTheRuleGoesDirectOnlyWhenTheGroupIsDown) {
    for (const Trouble& trouble : kTroubles) {
        const std::string_view what = trouble.what;
        if (what == "handshakes unanswered" || what == "expired and down" ||
            what == "peer removed" || what == "configured away") {
            continue;  // the whole group is down: that rule says direct
        }
        check(trouble, {.server = kRelaxed, .payload = trouble.payload});
    }
}

TEST(FailClosed, NorWhatFollowsOnAFlowThatLostItsPeer) {
    // when_down = "direct" is for new flows; one that was in the tunnel stays out of the clear.
    NodeHarness branch(branch_tables());
    connect(branch);
    const FlowPacket packet{.server = kRelaxed};
    UNSIGNED_LONGS_EQUAL(1, branch.process(Side::inside, client_frame(packet)).outside.size());
    branch.now_ns += egret::crypto::kRejectAfterTime;
    branch.node().set_peer_state(kSlot, PeerState::down);
    STRCMP_EQUAL("no_session", drop_of(branch.process(Side::inside, client_frame(packet))));
    UNSIGNED_LONGS_EQUAL(0, branch.counters().bridged);
}
