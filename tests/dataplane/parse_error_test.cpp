// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"
#include "stages/parse.hpp"

#include <CppUTest/TestHarness.h>

using egret::FlowKey;
using egret::PacketKind;
using egret::PacketMeta;
using egret::parse_packet;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

TEST_GROUP(ParseIcmpError)
{
    PacketMeta meta{};

    void parse(const Bytes& packet) {
        meta = {};
        parse_packet(packet, 0, meta);
    }

    /// An error from a router on the way, about `quoted`.
    static PacketBuilder error4(uint8_t type, uint8_t code) {
        return PacketBuilder().ipv4("100.64.0.1", kClient.ipv4).icmp(type, code);
    }

    static PacketBuilder error6(uint8_t type) {
        return PacketBuilder().ipv6("2001:db8:77::9", kClient.ipv6).icmp(type, 0);
    }

    static Bytes first(const Bytes& bytes, size_t size) {
        return {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)};
    }

    void check_belongs_to_client_flow(egret::api::Family family) {
        CHECK_TRUE(meta.kind == PacketKind::icmp_error);
        // The error comes towards the client, like an answer: the quoted tuple is turned round.
        CHECK_TRUE(meta.key.source_address() == address(kService.of(family)));
        CHECK_TRUE(meta.key.destination_address() == address(kClient.of(family)));
        UNSIGNED_LONGS_EQUAL(kServicePort, meta.key.source_port);
        UNSIGNED_LONGS_EQUAL(kClientPort, meta.key.destination_port);
    }
};

TEST(ParseIcmpError, BelongsToTheFlowItQuotes) {
    for (const uint8_t protocol : {kTcpProtocol, kUdpProtocol}) {
        for (const auto family : kFamilies) {
            const Bytes quoted = client_packet({.family = family, .protocol = protocol});
            const PacketBuilder error =
                family == egret::api::Family::ipv4 ? error4(11, 0) : error6(3);
            parse(PacketBuilder(error).payload(quoted).bytes());
            check_belongs_to_client_flow(family);
            UNSIGNED_LONGS_EQUAL(protocol, meta.key.protocol);
        }
    }
}

TEST(ParseIcmpError, EightBytesOfTheQuotedPayloadAreEnough) {
    parse(error4(3, 3).payload(first(client_packet(), 28)).bytes());
    check_belongs_to_client_flow(egret::api::Family::ipv4);
    UNSIGNED_LONGS_EQUAL(28, meta.quote_l3_offset);
    UNSIGNED_LONGS_EQUAL(48, meta.quote_l4_offset);
    parse(error4(3, 3).payload(first(client_packet(), 27)).bytes());
    CHECK_TRUE(meta.kind == PacketKind::other);
}

TEST(ParseIcmpError, FollowsExtensionHeadersInTheQuote) {
    const Bytes quoted = PacketBuilder()
                             .ipv6(kClient.ipv6, kService.ipv6)
                             .extension(60)
                             .udp(kClientPort, kServicePort)
                             .bytes();
    parse(error6(1).payload(quoted).bytes());
    check_belongs_to_client_flow(egret::api::Family::ipv6);
    UNSIGNED_LONGS_EQUAL(48 + 48, meta.quote_l4_offset);
}

TEST(ParseIcmpError, OnlyErrorsThatMeanTheFlowCount) {
    const Bytes quoted = client_packet();
    for (const unsigned type : {3U, 11U, 12U}) {
        parse(error4(static_cast<uint8_t>(type), 0).payload(quoted).bytes());
        CHECK_TRUE(meta.kind == PacketKind::icmp_error);
    }
    // Source quench is deprecated (RFC 6633), and a redirect comes from the next hop or not at all: neither is to reach a
    // LAN out of a tunnel.
    for (const unsigned type : {0U, 4U, 5U, 8U, 9U, 13U, 40U}) {
        parse(error4(static_cast<uint8_t>(type), 0).payload(quoted).bytes());
        CHECK_TRUE(meta.kind == PacketKind::other);
    }
    const Bytes quoted6 = client_packet({.family = egret::api::Family::ipv6});
    for (unsigned type = 0; type < 256; ++type) {
        parse(error6(static_cast<uint8_t>(type)).payload(quoted6).bytes());
        CHECK_TRUE((meta.kind == PacketKind::icmp_error) == (type >= 1 && type <= 4));
    }
}

TEST(ParseIcmpError, AQuoteThatNamesNoFlowIsPassedOver) {
    Bytes later_fragment = client_packet();
    store16(later_fragment, 6, 8);
    Bytes other_version = client_packet();
    other_version[0] = 0x65;
    const Bytes quotes[] = {
        {},
        Bytes(19),
        later_fragment,
        other_version,
        PacketBuilder().ipv4(kClient.ipv4, kService.ipv4).icmp(8, 0, 1).bytes(),
        client_packet({.family = egret::api::Family::ipv6}),
    };
    for (const Bytes& quote : quotes) {
        parse(error4(3, 1).payload(quote).bytes());
        CHECK_TRUE(meta.kind == PacketKind::other);
    }
}
