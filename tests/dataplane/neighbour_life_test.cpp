// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"
#include "presenting_edge.hpp"

#include <egret/crypto/limits.hpp>

#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Family;
using egret::api::Side;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Mac kNewMac{0x02, 0, 0, 0, 0x0c, 0x99};
constexpr Dual kOwn = PresentingEdge::kOwn;
constexpr uint64_t kRound = PresentingEdge::kRound;

}  // namespace

/// What becomes of a neighbour that is known.
TEST_GROUP(NeighbourLife)
{ PresentingEdge edge; };

TEST(NeighbourLife, AreAskedAgainWhileInUse) {
    for (const Family each : kFamilies) {
        edge.family = each;
        edge.find_service();
        CHECK_TRUE(edge.wait(30 * kSecond - kRound).empty());
        edge.present();
        const std::vector<Heard> asked = edge.wait(2 * kRound);
        UNSIGNED_LONGS_EQUAL(1, asked.size());
        CHECK_TRUE(asked[0].to_mac == kServiceMac);  // itself
        STRCMP_EQUAL(edge.service.of(edge.family).data(), asked[0].to.c_str());
        CHECK_TRUE(edge.sends_to(kServiceMac));
        edge.hear_answer(kServiceMac);
        CHECK_TRUE(edge.wait(20 * kSecond).empty());
        edge.wait(60 * kSecond);
    }
}

TEST(NeighbourLife, OneThatNoLongerAnswersIsLookedForElsewhere) {
    edge.find_service();
    edge.wait(29 * kSecond);
    edge.present();
    const std::vector<Heard> asked = edge.wait(5 * kSecond);
    UNSIGNED_LONGS_EQUAL(5, asked.size());
    for (size_t i = 0; i < asked.size(); ++i) {
        CHECK_TRUE(asked[i].to_mac == (i < 3 ? kServiceMac : kBroadcastMac));
    }
    CHECK_TRUE(edge.sends_to(kServiceMac));  // as long as nobody knows better
    edge.hear_answer(kNewMac);
    CHECK_TRUE(edge.sends_to(kNewMac));
}

TEST(NeighbourLife, OneThatIsGoneIsGivenUp) {
    edge.find_service();
    edge.wait(29 * kSecond);
    edge.present();
    edge.wait(7 * kSecond + kSecond / 2);
    STRCMP_EQUAL("neighbour_unreachable", drop_of(edge.present()));
}

TEST(NeighbourLife, OneThatIsNotUsedIsForgotten) {
    edge.find_service();
    CHECK_TRUE(edge.wait(59 * kSecond).empty());
    UNSIGNED_LONGS_EQUAL(1, edge.known().size());
    CHECK_TRUE(edge.wait(2 * kSecond).empty());
    CHECK_TRUE(edge.known().empty());
    CHECK_TRUE(hear(only(edge.present().inside))->asks);
}

TEST(NeighbourLife, WhoeverContradictsMakesTheNodeAskEverybody) {
    for (const Family each : kFamilies) {
        edge.family = each;
        edge.find_service();
        edge.wait(2 * kSecond);
        const auto asked = hear(only(edge.hear_announcement(kNewMac).inside));
        CHECK_TRUE(asked->asks && asked->to_mac != kServiceMac);
        CHECK_TRUE(edge.sends_to(kServiceMac));  // a word is no answer
        CHECK_TRUE(edge.hear_announcement(kNewMac).inside.empty());
        edge.hear_answer(kNewMac);
        CHECK_TRUE(edge.sends_to(kNewMac));
        // Liars cannot make it ask without end.
        CHECK_TRUE(edge.hear_announcement(kServiceMac).inside.empty());
    }
}

TEST(NeighbourLife, AnAnswerFromElsewhereToAQuestionForOneIsDoubted) {
    edge.find_service();
    edge.wait(30 * kSecond);
    edge.present();
    edge.wait(kRound);  // asks the edge.service itself
    const auto asked = hear(only(edge.hear_answer(kNewMac).inside));
    CHECK_TRUE(asked->asks && asked->to_mac == kBroadcastMac);
    CHECK_TRUE(edge.sends_to(kServiceMac));
}

TEST(NeighbourLife, AreForgottenWhenTheLinkWasAway) {
    edge.find_service();
    edge.service = {"192.0.2.11", "2001:db8:5e::11"};
    edge.present();
    edge.node.node().set_link(Side::inside, {kEdgeInsideMac, {}});
    UNSIGNED_LONGS_EQUAL(0, edge.node.packets_staged());
    UNSIGNED_LONGS_EQUAL(1, edge.node.drops(DropReason::neighbour_unreachable));
    CHECK_TRUE(edge.known().empty());
    // Its own addresses are told to everybody, as others may have forgotten as well.
    const NodeOutput output = edge.node.poll();
    UNSIGNED_LONGS_EQUAL(2, output.inside.size());
    const Heard arp = hear(output.inside[0]).value();
    CHECK_TRUE(arp.to_mac == kBroadcastMac && arp.sender == arp.target);
    STRCMP_EQUAL(kOwn.ipv4.data(), arp.sender.c_str());
    const Heard advertisement = hear(output.inside[1]).value();
    CHECK_TRUE(!advertisement.asks && advertisement.to == "ff02::1");
    STRCMP_EQUAL(kOwn.ipv6.data(), advertisement.sender.c_str());
    CHECK_TRUE(edge.node.poll().inside.empty());
    CHECK_TRUE(hear(only(edge.present().inside))->asks);
}
