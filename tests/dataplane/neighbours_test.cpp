// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"
#include "presenting_edge.hpp"

#include <egret/crypto/limits.hpp>

#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Family;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Mac kNewMac{0x02, 0, 0, 0, 0x0c, 0x99};
constexpr Mac kVirtualMac{0x00, 0x00, 0x5e, 0x00, 0x01, 0x07};  // RFC 9568: what routers share
constexpr Dual kOwn = PresentingEdge::kOwn;
constexpr uint64_t kRound = PresentingEdge::kRound;

}  // namespace

/// Whom an edge asks for, whom it believes, and what waits meanwhile.
TEST_GROUP(Neighbours)
{ PresentingEdge edge; };

TEST(Neighbours, AreAskedForAndThenSentTo) {
    for (const Family each : kFamilies) {
        edge.family = each;
        const auto asked = hear(only(edge.present().inside));
        CHECK_TRUE(asked.has_value() && asked->asks);
        STRCMP_EQUAL(kService.of(edge.family).data(), asked->target.c_str());
        STRCMP_EQUAL(kOwn.of(edge.family).data(), asked->sender.c_str());
        CHECK_TRUE(asked->sender_mac == kEdgeInsideMac && asked->from_mac == kEdgeInsideMac);
        CHECK_TRUE(
            asked->to_mac == (edge.family == Family::ipv4
                                  ? kBroadcastMac
                                  : multicast_mac(solicited_node(kService.ipv6)))
        );
        UNSIGNED_LONGS_EQUAL(1, edge.node.packets_staged());
        const Bytes first = only(edge.hear_answer(kServiceMac).inside);
        CHECK_TRUE(read_frame(first).destination_mac == kServiceMac);
        UNSIGNED_LONGS_EQUAL(edge.port, read_frame(first).source_port);
        CHECK_TRUE(edge.sends_to(kServiceMac));
        UNSIGNED_LONGS_EQUAL(0, edge.node.packets_staged());
    }
    UNSIGNED_LONGS_EQUAL(2, edge.known().size());
    CHECK_TRUE(edge.known()[0].resolved && edge.known()[0].mac == kServiceMac);
}

TEST(Neighbours, AreAskedThreeTimesASecondApart) {
    edge.present();
    CHECK_TRUE(edge.wait(kSecond - kRound).empty());
    UNSIGNED_LONGS_EQUAL(1, edge.wait(2 * kRound).size());
    UNSIGNED_LONGS_EQUAL(1, edge.wait(kSecond).size());
    UNSIGNED_LONGS_EQUAL(1, edge.node.packets_staged());
    CHECK_TRUE(edge.wait(kSecond).empty());
    UNSIGNED_LONGS_EQUAL(0, edge.node.packets_staged());
    UNSIGNED_LONGS_EQUAL(1, edge.node.drops(DropReason::neighbour_unreachable));
    // Left alone for a moment, then asked again.
    STRCMP_EQUAL("neighbour_unreachable", drop_of(edge.present()));
    edge.wait(kSecond + kRound);
    CHECK_TRUE(hear(only(edge.present().inside))->asks);
}

TEST(Neighbours, PacketsForOneThatDoesNotAnswerAreFew) {
    constexpr size_t kRoom = 16;
    for (size_t i = 0; i < kRoom; ++i) {
        CHECK_TRUE(edge.present().drops.empty());
    }
    STRCMP_EQUAL("neighbour_queue_full", drop_of(edge.present()));
    const NodeOutput output = edge.hear_answer(kServiceMac);
    UNSIGNED_LONGS_EQUAL(kRoom, output.inside.size());
    for (size_t i = 0; i < kRoom; ++i) {
        UNSIGNED_LONGS_EQUAL(1001 + i, read_frame(output.inside[i]).source_port);
    }
}

TEST(Neighbours, PacketsForManyThatDoNotAnswerAreBounded) {
    constexpr size_t kRoom = 256;
    std::vector<std::string> addresses;
    for (int host = 2; host < 2 + 20; ++host) {
        addresses.push_back("192.0.2." + std::to_string(host));
    }
    for (const std::string& address : addresses) {
        edge.service.ipv4 = address;
        for (int i = 0; i < 16; ++i) {
            edge.present();
        }
    }
    UNSIGNED_LONGS_EQUAL(kRoom, edge.node.packets_staged());
    UNSIGNED_LONGS_EQUAL(20 * 16 - kRoom, edge.node.drops(DropReason::neighbour_queue_full));
    edge.wait(4 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, edge.node.packets_staged());
    UNSIGNED_LONGS_EQUAL(kRoom, edge.node.drops(DropReason::neighbour_unreachable));
}

TEST(Neighbours, TheGatewayStandsForEverybodyElse) {
    Tables tables = edge_tables();
    tables.ports[0].gateway_ipv4 = address("192.0.2.254");
    tables.ports[0].gateway_ipv6 = address("fe80::254");
    tables.generation = 2;
    CHECK_TRUE(edge.node.node().publish(tables));
    edge.service = kRelaxed;  // in another network
    const auto asked = hear(only(edge.present().inside));
    STRCMP_EQUAL("192.0.2.254", asked->target.c_str());
    edge.family = Family::ipv6;
    const auto asked6 = hear(only(edge.present().inside));
    STRCMP_EQUAL("fe80::254", asked6->target.c_str());
    // Nothing else of the edge's own is on that link.
    STRCMP_EQUAL("fe80::ff:fe00:e01", asked6->sender.c_str());
}

TEST(Neighbours, WithoutAGatewayThereIsNoWay) {
    edge.service = kRelaxed;
    STRCMP_EQUAL("no_next_hop", drop_of(edge.present()));
}

TEST(Neighbours, OnlyWhatWasAskedIsBelieved) {
    for (const Family each : kFamilies) {
        edge.family = each;
        const NodeOutput unasked = edge.hear_answer(kNewMac);
        CHECK_TRUE(unasked.inside.empty() && unasked.drops.empty());
        edge.hear_announcement(kNewMac);
        CHECK_TRUE(edge.known().empty());
        // Nor is an answer about somebody who is not there.
        const NodeOutput far = edge.node.process(
            Side::inside,
            answer(
                {.sender = kElsewhere.of(edge.family),
                 .sender_mac = kNewMac,
                 .to_mac = kEdgeInsideMac,
                 .to = kOwn.of(edge.family)}
            )
        );
        STRCMP_EQUAL("neighbour_refused", drop_of(far));
    }
}

TEST(Neighbours, AQuestionIsNoAnswer) {
    edge.present();
    CHECK_TRUE(
        edge.hear_announcement(kServiceMac).drops.size() == 1
    );  // for everybody, so not ours
    UNSIGNED_LONGS_EQUAL(1, edge.node.packets_staged());
    CHECK_FALSE(edge.known().at(0).resolved);
}

TEST(Neighbours, RoutersMayAnswerWithAnAddressTheyShare) {
    for (const Family each : kFamilies) {
        edge.family = each;
        edge.present();
        UNSIGNED_LONGS_EQUAL(1, edge.hear_answer(kVirtualMac, kServiceMac).inside.size());
        CHECK_TRUE(edge.sends_to(kVirtualMac));
    }
}

TEST(Neighbours, AScanDoesNotPushOutWhoIsInUse) {
    Tables tables = edge_tables();
    tables.ports[0].addresses = add_prefixes(tables, {"192.0.2.1/16"});
    tables.generation = 2;
    CHECK_TRUE(edge.node.node().publish(tables));
    edge.find_service();
    for (int host = 0; host < 4000; ++host) {
        const std::string address = "192.0." + std::to_string(host % 2 == 0 ? 2 : 4) + "." +
                                    std::to_string(1 + host / 2 % 254);
        edge.service.ipv4 = address;
        edge.present();
    }
    CHECK_TRUE(edge.node.drops(DropReason::neighbour_queue_full) > 0);
    edge.service = kService;
    CHECK_TRUE(edge.sends_to(kServiceMac));
}
