// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "neighbour_frames.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <utility>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view kGateway = "203.0.113.1";
constexpr Mac kOtherMac{0x02, 0, 0, 0, 0x0a, 0x77};

Tables with_gateway() {
    Tables tables = branch_tables();
    tables.ports[1].gateway_ipv4 = address(kGateway);
    return tables;
}

Bytes gateway_answers(const Mac& mac = kInternetMac) {
    return answer(
        {.sender = kGateway, .sender_mac = mac, .to_mac = kBranchMac, .to = kBranchOutside.ipv4}
    );
}

}  // namespace

/// A branch whose peer is behind a gateway it has to find first.
TEST_GROUP(NextHop)
{
    NodeHarness branch{with_gateway(), {.workers = 1, .static_next_hops = false}};

    NodeOutput send(uint16_t port) {
        const FlowPacket packet{.protocol = kUdpProtocol, .client_port = port};
        return branch.process(Side::inside, client_frame(packet));
    }

    NodeOutput hear_gateway(const Mac& mac = kInternetMac) {
        return branch.process(Side::outside, gateway_answers(mac));
    }

    void wait(uint64_t ns) {
        for (uint64_t waited = 0; waited < ns; waited += kSecond / 10) {
            branch.now_ns += kSecond / 10;
            branch.poll();
        }
    }
};

TEST(NextHop, PacketsWaitUnsealedUntilTheGatewayAnswers) {
    const FarEnd edge(branch, {.node_initiated = true});
    const Heard asked = hear(only(send(1).outside)).value();
    STRCMP_EQUAL(kGateway.data(), asked.target.c_str());
    CHECK_TRUE(send(2).outside.empty());
    UNSIGNED_LONGS_EQUAL(2, branch.packets_staged());
    UNSIGNED_LONGS_EQUAL(0, branch.counters().sealed);
    const NodeOutput output = hear_gateway();
    UNSIGNED_LONGS_EQUAL(2, output.outside.size());
    for (size_t i = 0; i < output.outside.size(); ++i) {
        UNSIGNED_LONGS_EQUAL(i, counter_of(output.outside[i]));
        CHECK_TRUE(read_frame(output.outside[i]).destination_mac == kInternetMac);
        CHECK_TRUE(edge.open_frame(output.outside[i]).has_value());
    }
    UNSIGNED_LONGS_EQUAL(2, counter_of(only(send(3).outside)));
}

TEST(NextHop, AHandshakeWaitsToo) {
    egret::api::HandshakeDatagram datagram;
    datagram.destination = endpoint(kEdgeOutside.ipv4, kTunnelPort);
    datagram.size_bytes = egret::crypto::kInitiationSize;
    CHECK_TRUE(hear(only(branch.send_handshake(datagram).outside))->asks);
    const Dissection sent = read_frame(only(hear_gateway().outside));
    UNSIGNED_LONGS_EQUAL(egret::crypto::kInitiationSize, sent.payload.size());
    CHECK_TRUE(sent.destination_mac == kInternetMac && sent.source_mac == kBranchMac);
}

TEST(NextHop, WhatWaitsEndsByNameWhenTheGatewayIsNotThere) {
    const FarEnd edge(branch, {.node_initiated = true});
    send(1);
    wait(4 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, branch.packets_staged());
    UNSIGNED_LONGS_EQUAL(1, branch.drops(DropReason::neighbour_unreachable));
    // And goes on when it comes back.
    send(2);
    UNSIGNED_LONGS_EQUAL(1, hear_gateway().outside.size());
}

TEST(NextHop, APeerWithoutAWayToItIsToldByName) {
    NodeHarness lost(branch_tables(), {.static_next_hops = false});
    const FarEnd edge(lost, {.node_initiated = true});
    STRCMP_EQUAL("no_next_hop", drop_of(lost.process(Side::inside, client_frame())));
}

TEST(NextHop, KeepalivesDoNotPileUp) {
    Tables tables = with_gateway();
    tables.peers[0].keepalive_s = 1;
    tables.peers[0].probe_ms = 100;
    NodeHarness idle(std::move(tables), {.static_next_hops = false});
    const FarEnd edge(idle, {.node_initiated = true});
    idle.flush_staged(kSlot);
    for (int i = 0; i < 20; ++i) {
        idle.now_ns += kSecond / 10;
        idle.poll();
    }
    CHECK_TRUE(idle.packets_staged() <= 1);  // what confirms the session
}

TEST(NextHop, APeerThatMovesOntoTheLinkIsAskedForItself) {
    FarEnd edge(branch, {.node_initiated = true});
    send(1);
    hear_gateway();
    const auto near = endpoint("203.0.113.50", 5000);
    branch.process(Side::outside, edge.frame_from(near, edge.seal(Bytes{})));
    const Heard asked = hear(only(send(2).outside)).value();
    STRCMP_EQUAL("203.0.113.50", asked.target.c_str());
}

TEST(NextHop, AGatewayWithANewAddressIsFollowedAtOnce) {
    const FarEnd edge(branch, {.node_initiated = true});
    send(1);
    hear_gateway();
    branch.now_ns += 5 * kSecond;
    const NodeOutput output = branch.process(
        Side::outside,
        question({.sender = kGateway, .sender_mac = kOtherMac, .target = kBranchOutside.ipv4})
    );
    UNSIGNED_LONGS_EQUAL(2, output.outside.size());  // an answer, and a question to everybody
    CHECK_TRUE(read_frame(only(send(2).outside)).destination_mac == kInternetMac);
    hear_gateway(kOtherMac);
    CHECK_TRUE(read_frame(only(send(3).outside)).destination_mac == kOtherMac);
}

TEST(NextHop, APushWithAnotherGatewayIsFollowed) {
    const FarEnd edge(branch, {.node_initiated = true});
    send(1);
    hear_gateway();
    Tables tables = with_gateway();
    tables.generation = 2;
    tables.ports[1].gateway_ipv4 = address("203.0.113.2");
    CHECK_TRUE(branch.node().publish(tables));
    const Heard asked = hear(only(send(2).outside)).value();
    STRCMP_EQUAL("203.0.113.2", asked.target.c_str());
}

TEST(NextHop, AStaticOneMayBecomeKnownLater) {
    const FarEnd edge(branch, {.node_initiated = true});
    branch.node().set_link(Side::outside, {kBranchMac, kOtherMac});
    CHECK_TRUE(read_frame(only(send(1).outside)).destination_mac == kOtherMac);
    CHECK_TRUE(branch.poll().outside.empty());  // nothing is announced there
}
