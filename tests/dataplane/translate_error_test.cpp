// SPDX-License-Identifier: Apache-2.0
#include "node_pair.hpp"
#include "packets.hpp"

#include <CppUTest/TestHarness.h>

using egret::api::Carry;
using egret::api::DropReason;
using egret::api::Family;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Dual kInternetRouter{"100.64.7.7", "2001:db8:77::7"};
constexpr Dual kLanRouter{"10.42.9.9", "2001:db8:42:9::9"};

PacketBuilder frame(const Mac& source, const Mac& destination, Family family, Dual from, Dual to) {
    PacketBuilder builder;
    builder.ethernet(source, destination);
    return family == Family::ipv4 ? builder.ipv4(from.ipv4, to.ipv4)
                                  : builder.ipv6(from.ipv6, to.ipv6);
}

PacketBuilder too_big(PacketBuilder front, Family family) {
    return family == Family::ipv4 ? front.icmp(3, 4, 1200) : front.icmp(2, 0, 1200);
}

}  // namespace

/// A translated flow of each kind: two clients with the same port, so that the second gets another one at the edge, and
/// errors about its packets from both sides.
TEST_GROUP(IcmpError)
{static FlowPacket flow(Family family, uint8_t protocol){
    return {.family = family, .protocol = protocol, .client_port = 5555};
}

/// What the service sees of the flow.
static Dissection open(NodePair& pair, const FlowPacket& packet) {
    return read_frame(only(pair.from_clients({client_frame(packet)})));
}

static Bytes cut(const Bytes& packet, size_t size) {
    return {packet.begin(), packet.begin() + static_cast<ptrdiff_t>(std::min(size, packet.size()))};
}

/// An error from the internet about what the service's network saw, quoting `size` bytes.
static Dissection error_to_client(NodePair& pair, const FlowPacket& packet, size_t size) {
    const Bytes seen = pair.service.back();
    const Bytes quoted = cut(without_front(seen, 14), size);
    const Bytes error =
        too_big(
            frame(kServiceMac, kEdgeInsideMac, packet.family, kInternetRouter, kOrigin),
            packet.family
        )
            .payload(quoted)
            .bytes();
    return read_frame(only(pair.from_services({error})));
}

static void check_quote(const Dissection& error, const FlowPacket& packet, bool whole) {
    STRCMP_EQUAL(kClient.of(packet.family).data(), error.destination.c_str());
    const auto quote = dissect_quote(error);
    CHECK_TRUE(quote.has_value());
    CHECK_TRUE(quote->ip_checksum_right);
    STRCMP_EQUAL(kClient.of(packet.family).data(), quote->source.c_str());
    STRCMP_EQUAL(packet.server.of(packet.family).data(), quote->destination.c_str());
    UNSIGNED_LONGS_EQUAL(packet.client_port, quote->source_port);
    CHECK_TRUE(quote->transport_checksum_right || !whole);
}
}
;

TEST(IcmpError, FromTheInternetNamesTheClientsOwnPacket) {
    for (const Carry carry : {Carry::header, Carry::source}) {
        NodePair pair({.carry = carry});
        pair.connect();
        for (const uint8_t protocol : {kTcpProtocol, kUdpProtocol}) {
            for (const Family family : kFamilies) {
                const FlowPacket packet = flow(family, protocol);
                open(pair, packet);
                const Dissection whole = error_to_client(pair, packet, 2000);
                check_quote(whole, packet, true);
                STRCMP_EQUAL(kInternetRouter.of(family).data(), whole.source.c_str());
                const size_t ip_header = family == Family::ipv4 ? 20 : 40;
                check_quote(error_to_client(pair, packet, ip_header + 8), packet, false);
                check_quote(error_to_client(pair, packet, ip_header + 9), packet, false);
                check_quote(error_to_client(pair, packet, ip_header + 19), packet, false);
            }
        }
    }
}

TEST(IcmpError, FromTheLanNamesTheServicesOwnPacket) {
    for (const Carry carry : {Carry::header, Carry::source}) {
        NodePair pair({.carry = carry});
        pair.connect();
        for (const Family family : kFamilies) {
            const FlowPacket packet = flow(family, kUdpProtocol);
            open(pair, packet);
            const Bytes answer = only(pair.from_services({service_frame(packet)}));
            const Bytes error =
                too_big(frame(kClientMac, kGatewayMac, family, kClient, kService), family)
                    .payload(without_front(answer, 14))
                    .bytes();
            const Dissection seen = read_frame(only(pair.from_clients({error})));
            STRCMP_EQUAL(kOrigin.of(family).data(), seen.source.c_str());
            const auto quote = dissect_quote(seen);
            STRCMP_EQUAL(kOrigin.of(family).data(), quote->destination.c_str());
            STRCMP_EQUAL(kService.of(family).data(), quote->source.c_str());
            CHECK_TRUE(quote->transport_checksum_right);
        }
    }
}

TEST(IcmpError, PresentsNoAddressBesideTheOrigin) {
    // A flow that needs no translation: the error's own source is still not the client's to choose.
    NodePair pair;
    pair.connect();
    const FlowPacket packet = flow(Family::ipv6, kUdpProtocol);
    open(pair, packet);
    const Bytes answer = only(pair.from_services({service_frame(packet)}));
    const Bytes error =
        too_big(frame(kClientMac, kGatewayMac, Family::ipv6, kLanRouter, kService), Family::ipv6)
            .payload(without_front(answer, 14))
            .bytes();
    STRCMP_EQUAL(kOrigin.ipv6.data(), read_frame(only(pair.from_clients({error}))).source.c_str());
}

TEST(IcmpError, ReachesNobodyBesideTheClientOfItsFlow) {
    NodePair pair;
    pair.connect();
    const FlowPacket packet = flow(Family::ipv6, kUdpProtocol);
    const Dissection seen = open(pair, packet);
    const Dual other{"", "2001:db8:42::99"};
    const Bytes error =
        too_big(
            frame(kServiceMac, kEdgeInsideMac, Family::ipv6, kInternetRouter, other),
            Family::ipv6
        )
            .payload(without_front(pair.service.back(), seen.l3))
            .bytes();
    const Dissection lan = read_frame(only(pair.from_services({error})));
    STRCMP_EQUAL(kClient.ipv6.data(), lan.destination.c_str());
}

TEST(IcmpError, AboutNoLivingFlowGoesNowhere) {
    NodePair pair;
    pair.connect();
    const Bytes quoted = client_packet({.client_port = 1});
    const Bytes error =
        too_big(
            frame(kServiceMac, kEdgeInsideMac, Family::ipv4, kInternetRouter, kOrigin),
            Family::ipv4
        )
            .payload(quoted)
            .bytes();
    CHECK_TRUE(pair.from_services({error}).empty());
    UNSIGNED_LONGS_EQUAL(1, pair.edge.drops(DropReason::not_ours));
}
