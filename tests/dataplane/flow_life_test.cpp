// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::EventKind;
using egret::api::Side;
using egret::api::Verdict;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// Flows of a branch whose edge the test plays.
TEST_GROUP(FlowLife)
{
    NodeHarness branch{branch_tables()};
    FarEnd edge{branch, {.node_initiated = true}};

    static FlowPacket tcp(uint8_t flags, Dual server = kService, uint16_t port = kClientPort) {
        return {.server = server, .client_port = port, .tcp = {.flags = flags}};
    }

    NodeOutput send(const std::vector<Bytes>& frames) {
        return branch.process(Side::inside, frames);
    }

    NodeOutput send(const FlowPacket& packet) {
        return send({client_frame(packet)});
    }

    /// The claim in a message the branch sent; empty if it makes none.
    [[nodiscard]] Bytes claim_in(const Bytes& frame) const {
        const Bytes payload = edge.open_frame(frame).value();
        const size_t size = payload.at(2) == 4 ? 4 : payload.at(2) == 6 ? 16 : 0;
        return {payload.begin() + 8, payload.begin() + 8 + static_cast<ptrdiff_t>(size)};
    }
};

TEST(FlowLife, IsReportedWhenItOpensAndWhenItCloses) {
    send(tcp(kSyn));
    send(tcp(kAck));
    branch.now_ns += 3601 * kSecond;
    for (int i = 0; i < 64; ++i) {
        branch.poll();
    }
    UNSIGNED_LONGS_EQUAL(0, branch.flows());
    auto events = branch.events();
    std::erase_if(events, [](const auto& event) {
        return event.kind == EventKind::session_wanted;
    });
    UNSIGNED_LONGS_EQUAL(2, events.size());
    CHECK_TRUE(events[0].kind == EventKind::flow_opened);
    CHECK_TRUE(events[1].kind == EventKind::flow_closed);
    UNSIGNED_LONGS_EQUAL(events[0].flow, events[1].flow);
    UNSIGNED_LONGS_EQUAL(2, events[1].packets_out);
    UNSIGNED_LONGS_EQUAL(2 * 72, events[1].bytes_out);
    CHECK_TRUE(events[1].verdict == Verdict::tunnel);
    UNSIGNED_LONGS_EQUAL(kServiceRule, events[1].rule);
}

TEST(FlowLife, LastsAsLongAsItsProtocolMayBeSilent) {
    struct {
        FlowPacket packet;
        uint64_t seconds;
    } const kCases[] = {
        {{.protocol = kUdpProtocol}, 120},
        {tcp(kAck), 3600},
        {tcp(kRst), 240},
    };

    for (const auto& expected : kCases) {
        send(expected.packet);
        branch.events();
        branch.now_ns += expected.seconds * kSecond;
        send(expected.packet);
        UNSIGNED_LONGS_EQUAL(0, branch.events(EventKind::flow_opened).size());
        branch.now_ns += expected.seconds * kSecond + 1;
        send(expected.packet);
        UNSIGNED_LONGS_EQUAL(1, branch.events(EventKind::flow_opened).size());
        branch.now_ns += 3601 * kSecond;
    }
    while (branch.node().close_flows(branch.now_ns) > 0) {
        branch.events();
    }
}

TEST(FlowLife, ASynOnAClosedFlowBeginsANewOne) {
    send(tcp(kSyn));
    send(tcp(kSyn));
    UNSIGNED_LONGS_EQUAL(1, branch.events(EventKind::flow_opened).size());
    send(tcp(kRst));
    send(tcp(kAck));  // a straggler
    UNSIGNED_LONGS_EQUAL(0, branch.events(EventKind::flow_opened).size());
    ++branch.now_ns;
    send(tcp(kSyn));
    UNSIGNED_LONGS_EQUAL(1, branch.events(EventKind::flow_opened).size());
    UNSIGNED_LONGS_EQUAL(1, branch.flows());
}

TEST(FlowLife, AStragglingFinDoesNotReviveAResetFlow) {
    send(tcp(kSyn));
    send(tcp(kRst));
    send(tcp(kFin | kAck));
    branch.events();
    ++branch.now_ns;
    send(tcp(kSyn));
    UNSIGNED_LONGS_EQUAL(1, branch.events(EventKind::flow_opened).size());
}

TEST(FlowLife, ADirectFlowEndsWithItsClientsEnd) {
    // Its answers pass unseen; without this it would keep its place for an hour.
    send(tcp(kSyn, kElsewhere));
    send(tcp(kFin | kAck, kElsewhere));
    branch.events();
    branch.now_ns += 241 * kSecond;
    for (int i = 0; i < 64; ++i) {
        branch.poll();
    }
    UNSIGNED_LONGS_EQUAL(0, branch.flows());
}

TEST(FlowLife, APacketGoesByTheFlowItBelongedToThoughItsBurstEndsThatFlow) {
    send(tcp(kSyn));
    egret::api::Tables moved = branch_tables();
    moved.generation = 2;
    moved.egress_ipv4 = address("203.0.113.99");
    CHECK_TRUE(branch.node().publish(moved));
    // All in one burst: the SYN ends the reset flow and opens another, to which what follows belongs.
    const NodeOutput out =
        send({client_frame(tcp(kRst)), client_frame(tcp(kSyn)), client_frame(tcp(kAck))});
    UNSIGNED_LONGS_EQUAL(3, out.outside.size());
    CHECK_TRUE(claim_in(out.outside[0]) == address_bytes(kOrigin.ipv4));
    CHECK_TRUE(claim_in(out.outside[1]) == address_bytes("203.0.113.99"));
    CHECK_TRUE(claim_in(out.outside[2]) == address_bytes("203.0.113.99"));
}

TEST(FlowLife, ABurstOpensAFlowOnceAndFindsItAgain) {
    const Bytes syn = client_frame(tcp(kSyn));
    UNSIGNED_LONGS_EQUAL(3, send({syn, syn, syn}).outside.size());
    UNSIGNED_LONGS_EQUAL(1, branch.flows());
    UNSIGNED_LONGS_EQUAL(1, branch.events(EventKind::flow_opened).size());
}

TEST_GROUP(FullFlowTable)
{
    static constexpr uint32_t kCapacity = 8;
    NodeHarness branch{branch_tables(), {.flow_capacity = kCapacity, .workers = 1}};
    FarEnd edge{branch, {.node_initiated = true}};

    NodeOutput send(Dual server, uint16_t port, uint8_t protocol = kTcpProtocol) {
        return branch.process(
            Side::inside,
            client_frame({.server = server, .protocol = protocol, .client_port = port})
        );
    }

    void fill(Dual server, uint8_t protocol) {
        for (uint16_t port = 0; port < kCapacity; ++port) {
            send(server, static_cast<uint16_t>(1000 + port), protocol);
        }
        UNSIGNED_LONGS_EQUAL(kCapacity, branch.flows());
    }
};

TEST(FullFlowTable, DropsTunnelFlowsAndPassesTheRest) {
    fill(kService, kTcpProtocol);
    STRCMP_EQUAL("flow_table_full", drop_of(send(kService, 9)));
    UNSIGNED_LONGS_EQUAL(1, send(kElsewhere, 9).outside.size());
    UNSIGNED_LONGS_EQUAL(1, send(kService, 1000).outside.size());  // living flows go on
    UNSIGNED_LONGS_EQUAL(1, branch.drops(DropReason::flow_table_full));
}

TEST(FullFlowTable, MakesRoomAtOnceWhereAFlowIsOver) {
    fill(kService, kUdpProtocol);
    branch.now_ns += 121 * kSecond;
    UNSIGNED_LONGS_EQUAL(1, send(kService, 9).outside.size());
}

TEST(FullFlowTable, QuietDirectFlowsMakeRoomForTunnelFlows) {
    // A client that opens connections without end must not lock the site out of its sign-ins for an hour.
    fill(kElsewhere, kTcpProtocol);
    STRCMP_EQUAL("flow_table_full", drop_of(send(kService, 9)));
    branch.now_ns += 241 * kSecond;
    FarEnd renewed(branch, {.node_initiated = true, .node_index = 5});
    UNSIGNED_LONGS_EQUAL(1, send(kService, 9).outside.size());
}
