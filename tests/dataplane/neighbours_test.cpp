// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "neighbour_frames.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Family;
using egret::api::NeighbourRecord;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Mac kNewMac{0x02, 0, 0, 0, 0x0c, 0x99};
constexpr Mac kVirtualMac{0x00, 0x00, 0x5e, 0x00, 0x01, 0x07};  // RFC 9568: what routers share
constexpr Dual kOwn{"192.0.2.1", "2001:db8:5e::1"};
constexpr uint64_t kRound = kSecond / 10;

Mac destination_of(const Bytes& frame) {
    Mac mac;
    std::copy_n(frame.begin(), mac.size(), mac.begin());
    return mac;
}

}  // namespace

/// An edge that presents packets to a service on its inside network, whose MAC address it has to find out.
TEST_GROUP(Neighbours)
{
    NodeHarness edge{edge_tables(), {.flow_capacity = 8192, .static_next_hops = false}};
    FarEnd branch{edge, {}};
    Family family = Family::ipv4;
    Dual service = kService;
    uint16_t port = 1000;

    void setup() override {
        // Its outside never needs to answer here.
        branch.send(Bytes{});
    }

    /// A packet of a new flow out of the tunnel.
    NodeOutput present() {
        const FlowPacket packet{
            .server = service,
            .family = family,
            .protocol = kUdpProtocol,
            .client_port = ++port};
        return branch.send(with_claim(kOrigin.of(family), client_packet(packet)));
    }

    NodeOutput hear_answer(const Mac& mac, const Mac& from = {}) {
        return edge.process(
            Side::inside,
            answer(
                {.sender = service.of(family),
                 .sender_mac = mac,
                 .to_mac = kEdgeInsideMac,
                 .from_mac = from,
                 .to = kOwn.of(family)}
            )
        );
    }

    /// Somebody says to everybody that the service is at `mac`.
    NodeOutput hear_announcement(const Mac& mac) {
        const auto address = service.of(family);
        return edge.process(
            Side::inside,
            family == Family::ipv4
                ? question({.sender = address, .sender_mac = mac, .target = address})
                : answer({.sender = address, .sender_mac = mac})
        );
    }

    /// What the edge asks by itself meanwhile.
    std::vector<Heard> wait(uint64_t ns) {
        std::vector<Heard> asked;
        for (uint64_t waited = 0; waited < ns; waited += kRound) {
            edge.now_ns += std::min(kRound, ns - waited);
            for (const Bytes& frame : edge.poll().inside) {
                const auto heard = hear(frame);
                CHECK_TRUE(heard.has_value() && heard->asks);
                asked.push_back(*heard);
            }
        }
        return asked;
    }

    void find_service() {
        present();
        UNSIGNED_LONGS_EQUAL(1, hear_answer(kServiceMac).inside.size());
        CHECK_TRUE(sends_to(kServiceMac));
    }

    bool sends_to(const Mac& mac) {
        return destination_of(only(present().inside)) == mac;
    }

    std::vector<NeighbourRecord> known() {
        std::vector<NeighbourRecord> records;
        edge.node().list_neighbours(records);
        return records;
    }
};

TEST(Neighbours, AreAskedForAndThenSentTo) {
    for (const Family each : kFamilies) {
        family = each;
        const auto asked = hear(only(present().inside));
        CHECK_TRUE(asked.has_value() && asked->asks);
        STRCMP_EQUAL(kService.of(family).data(), asked->target.c_str());
        STRCMP_EQUAL(kOwn.of(family).data(), asked->sender.c_str());
        CHECK_TRUE(asked->sender_mac == kEdgeInsideMac && asked->from_mac == kEdgeInsideMac);
        CHECK_TRUE(
            asked->to_mac ==
            (family == Family::ipv4 ? kBroadcastMac : multicast_mac(solicited_node(kService.ipv6)))
        );
        UNSIGNED_LONGS_EQUAL(1, edge.node().packets_staged());
        const Bytes first = only(hear_answer(kServiceMac).inside);
        CHECK_TRUE(destination_of(first) == kServiceMac);
        UNSIGNED_LONGS_EQUAL(port, read_frame(first).source_port);
        CHECK_TRUE(sends_to(kServiceMac));
        UNSIGNED_LONGS_EQUAL(0, edge.node().packets_staged());
    }
    UNSIGNED_LONGS_EQUAL(2, known().size());
    CHECK_TRUE(known()[0].resolved && known()[0].mac == kServiceMac);
}

TEST(Neighbours, AreAskedThreeTimesASecondApart) {
    present();
    CHECK_TRUE(wait(kSecond - kRound).empty());
    UNSIGNED_LONGS_EQUAL(1, wait(2 * kRound).size());
    UNSIGNED_LONGS_EQUAL(1, wait(kSecond).size());
    UNSIGNED_LONGS_EQUAL(1, edge.node().packets_staged());
    CHECK_TRUE(wait(kSecond).empty());
    UNSIGNED_LONGS_EQUAL(0, edge.node().packets_staged());
    UNSIGNED_LONGS_EQUAL(1, edge.drops(DropReason::neighbour_unreachable));
    // Left alone for a moment, then asked again.
    STRCMP_EQUAL("neighbour_unreachable", drop_of(present()));
    wait(kSecond + kRound);
    CHECK_TRUE(hear(only(present().inside))->asks);
}

TEST(Neighbours, PacketsForOneThatDoesNotAnswerAreFew) {
    constexpr size_t kRoom = 16;
    for (size_t i = 0; i < kRoom; ++i) {
        CHECK_TRUE(present().drops.empty());
    }
    STRCMP_EQUAL("neighbour_queue_full", drop_of(present()));
    const NodeOutput output = hear_answer(kServiceMac);
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
        service.ipv4 = address;
        for (int i = 0; i < 16; ++i) {
            present();
        }
    }
    UNSIGNED_LONGS_EQUAL(kRoom, edge.node().packets_staged());
    UNSIGNED_LONGS_EQUAL(20 * 16 - kRoom, edge.drops(DropReason::neighbour_queue_full));
    wait(4 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, edge.node().packets_staged());
    UNSIGNED_LONGS_EQUAL(kRoom, edge.drops(DropReason::neighbour_unreachable));
}

TEST(Neighbours, TheGatewayStandsForEverybodyElse) {
    Tables tables = edge_tables();
    tables.ports[0].gateway_ipv4 = address("192.0.2.254");
    tables.ports[0].gateway_ipv6 = address("fe80::254");
    tables.generation = 2;
    CHECK_TRUE(edge.node().publish(tables));
    service = kRelaxed;  // in another network
    const auto asked = hear(only(present().inside));
    STRCMP_EQUAL("192.0.2.254", asked->target.c_str());
    family = Family::ipv6;
    const auto asked6 = hear(only(present().inside));
    STRCMP_EQUAL("fe80::254", asked6->target.c_str());
    STRCMP_EQUAL(
        "fe80::ff:fe00:e01",
        asked6->sender.c_str()
    );  // nothing else of ours is on that link
}

TEST(Neighbours, WithoutAGatewayThereIsNoWay) {
    service = kRelaxed;
    STRCMP_EQUAL("no_next_hop", drop_of(present()));
}

TEST(Neighbours, OnlyWhatWasAskedIsBelieved) {
    for (const Family each : kFamilies) {
        family = each;
        const NodeOutput unasked = hear_answer(kNewMac);
        CHECK_TRUE(unasked.inside.empty() && unasked.drops.empty());
        hear_announcement(kNewMac);
        CHECK_TRUE(known().empty());
        // Nor is an answer about somebody who is not there.
        const NodeOutput far = edge.process(
            Side::inside,
            answer(
                {.sender = kElsewhere.of(family),
                 .sender_mac = kNewMac,
                 .to_mac = kEdgeInsideMac,
                 .to = kOwn.of(family)}
            )
        );
        STRCMP_EQUAL("neighbour_refused", drop_of(far));
    }
}

TEST(Neighbours, AQuestionIsNoAnswer) {
    present();
    CHECK_TRUE(hear_announcement(kServiceMac).drops.size() == 1);  // for everybody, so not ours
    UNSIGNED_LONGS_EQUAL(1, edge.node().packets_staged());
    CHECK_FALSE(known().at(0).resolved);
}

TEST(Neighbours, RoutersMayAnswerWithAnAddressTheyShare) {
    for (const Family each : kFamilies) {
        family = each;
        present();
        UNSIGNED_LONGS_EQUAL(1, hear_answer(kVirtualMac, kServiceMac).inside.size());
        CHECK_TRUE(sends_to(kVirtualMac));
    }
}

TEST(Neighbours, AreAskedAgainWhileInUse) {
    for (const Family each : kFamilies) {
        family = each;
        find_service();
        CHECK_TRUE(wait(30 * kSecond - kRound).empty());
        present();
        const std::vector<Heard> asked = wait(2 * kRound);
        UNSIGNED_LONGS_EQUAL(1, asked.size());
        CHECK_TRUE(asked[0].to_mac == kServiceMac);  // itself
        STRCMP_EQUAL(service.of(family).data(), asked[0].to.c_str());
        CHECK_TRUE(sends_to(kServiceMac));
        hear_answer(kServiceMac);
        CHECK_TRUE(wait(20 * kSecond).empty());
        wait(60 * kSecond);
    }
}

TEST(Neighbours, OneThatNoLongerAnswersIsLookedForElsewhere) {
    find_service();
    wait(29 * kSecond);
    present();
    const std::vector<Heard> asked = wait(5 * kSecond);
    UNSIGNED_LONGS_EQUAL(5, asked.size());
    for (size_t i = 0; i < asked.size(); ++i) {
        CHECK_TRUE(asked[i].to_mac == (i < 3 ? kServiceMac : kBroadcastMac));
    }
    CHECK_TRUE(sends_to(kServiceMac));  // as long as nobody knows better
    hear_answer(kNewMac);
    CHECK_TRUE(sends_to(kNewMac));
}

TEST(Neighbours, OneThatIsGoneIsGivenUp) {
    find_service();
    wait(29 * kSecond);
    present();
    wait(7 * kSecond + kSecond / 2);
    STRCMP_EQUAL("neighbour_unreachable", drop_of(present()));
}

TEST(Neighbours, OneThatIsNotUsedIsForgotten) {
    find_service();
    CHECK_TRUE(wait(59 * kSecond).empty());
    UNSIGNED_LONGS_EQUAL(1, known().size());
    CHECK_TRUE(wait(2 * kSecond).empty());
    CHECK_TRUE(known().empty());
    CHECK_TRUE(hear(only(present().inside))->asks);
}

TEST(Neighbours, WhoeverContradictsMakesTheNodeAskEverybody) {
    for (const Family each : kFamilies) {
        family = each;
        find_service();
        wait(2 * kSecond);
        const auto asked = hear(only(hear_announcement(kNewMac).inside));
        CHECK_TRUE(asked->asks && asked->to_mac != kServiceMac);
        CHECK_TRUE(sends_to(kServiceMac));  // a word is no answer
        CHECK_TRUE(hear_announcement(kNewMac).inside.empty());
        hear_answer(kNewMac);
        CHECK_TRUE(sends_to(kNewMac));
        // Liars cannot make it ask without end.
        CHECK_TRUE(hear_announcement(kServiceMac).inside.empty());
    }
}

TEST(Neighbours, AnAnswerFromElsewhereToAQuestionForOneIsDoubted) {
    find_service();
    wait(30 * kSecond);
    present();
    wait(kRound);  // asks the service itself
    const auto asked = hear(only(hear_answer(kNewMac).inside));
    CHECK_TRUE(asked->asks && asked->to_mac == kBroadcastMac);
    CHECK_TRUE(sends_to(kServiceMac));
}

TEST(Neighbours, AreForgottenWhenTheLinkWasAway) {
    find_service();
    service = {"192.0.2.11", "2001:db8:5e::11"};
    present();
    edge.node().set_link(Side::inside, {kEdgeInsideMac, {}});
    UNSIGNED_LONGS_EQUAL(0, edge.node().packets_staged());
    UNSIGNED_LONGS_EQUAL(1, edge.drops(DropReason::neighbour_unreachable));
    CHECK_TRUE(known().empty());
    // Its own addresses are told to everybody, as others may have forgotten as well.
    const NodeOutput output = edge.poll();
    UNSIGNED_LONGS_EQUAL(2, output.inside.size());
    const Heard arp = hear(output.inside[0]).value();
    CHECK_TRUE(arp.to_mac == kBroadcastMac && arp.sender == arp.target);
    STRCMP_EQUAL(kOwn.ipv4.data(), arp.sender.c_str());
    const Heard advertisement = hear(output.inside[1]).value();
    CHECK_TRUE(!advertisement.asks && advertisement.to == "ff02::1");
    STRCMP_EQUAL(kOwn.ipv6.data(), advertisement.sender.c_str());
    CHECK_TRUE(edge.poll().inside.empty());
    CHECK_TRUE(hear(only(present().inside))->asks);
}

TEST(Neighbours, AScanDoesNotPushOutWhoIsInUse) {
    Tables tables = edge_tables();
    tables.ports[0].addresses = add_prefixes(tables, {"192.0.2.1/16"});
    tables.generation = 2;
    CHECK_TRUE(edge.node().publish(tables));
    find_service();
    for (int host = 0; host < 4000; ++host) {
        const std::string address = "192.0." + std::to_string(host % 2 == 0 ? 2 : 4) + "." +
                                    std::to_string(1 + host / 2 % 254);
        service.ipv4 = address;
        present();
    }
    CHECK_TRUE(edge.drops(DropReason::neighbour_queue_full) > 0);
    service = kService;
    CHECK_TRUE(sends_to(kServiceMac));
}
