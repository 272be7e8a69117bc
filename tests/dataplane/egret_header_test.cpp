// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <CppUTest/TestHarness.h>

using egret::api::Carry;
using egret::api::DropReason;
using egret::api::Family;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// Payloads of authentic messages, good and bad (contract section 1.2).
TEST_GROUP(Payload)
{
    NodeHarness edge{edge_tables()};
    FarEnd branch{edge, {}};
};

TEST(Payload, AnEdgeTakesBothCarries) {
    UNSIGNED_LONGS_EQUAL(1, branch.send(with_claim(kOrigin.ipv4, client_packet())).inside.size());
    const Bytes bare = PacketBuilder()
                           .ipv4(kOrigin.ipv4, kService.ipv4)
                           .tcp(kClientPort + 1, kServicePort)
                           .bytes();
    UNSIGNED_LONGS_EQUAL(1, branch.send(bare).inside.size());
    const FlowPacket packet{.family = Family::ipv6};
    UNSIGNED_LONGS_EQUAL(
        1,
        branch.send(with_claim(kOrigin.ipv6, client_packet(packet))).inside.size()
    );
    const Bytes bare6 = PacketBuilder()
                            .ipv6(kClient.ipv6, kService.ipv6)
                            .tcp(kClientPort + 1, kServicePort)
                            .bytes();
    UNSIGNED_LONGS_EQUAL(1, branch.send(bare6).inside.size());
}

TEST(Payload, EveryUnknownByteOfAnEgretHeaderIsRefused) {
    const Bytes good = with_claim(kOrigin.ipv4, client_packet());
    for (size_t at = 0; at < 8; ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            Bytes payload = good;
            payload[at] = static_cast<uint8_t>(value);
            const unsigned nibble = payload[0] >> 4;
            if (payload == good || nibble == 4 || nibble == 6 ||
                (at == 2 && (value == 0 || value == 6))) {
                continue;  // other kinds of payload
            }
            STRCMP_EQUAL("bad_payload", drop_of(branch.send(payload)));
        }
    }
}

TEST(Payload, ATruncatedEgretHeaderIsRefused) {
    for (const std::string_view origin : {kOrigin.ipv4, kOrigin.ipv6, std::string_view()}) {
        const Bytes header = with_claim(origin, {});
        for (size_t size = 1; size < header.size(); ++size) {
            const Bytes cut(header.begin(), header.begin() + static_cast<ptrdiff_t>(size));
            STRCMP_EQUAL("bad_payload", drop_of(branch.send(cut)));
        }
        STRCMP_EQUAL("inner_malformed", drop_of(branch.send(header)));
    }
}

TEST(Payload, AClaimIsOfItsPacketsFamily) {
    const FlowPacket ipv6{.family = Family::ipv6};
    STRCMP_EQUAL(
        "bad_payload",
        drop_of(branch.send(with_claim(kOrigin.ipv4, client_packet(ipv6))))
    );
    STRCMP_EQUAL("bad_payload", drop_of(branch.send(with_claim(kOrigin.ipv6, client_packet()))));
}

TEST(Payload, ABranchTakesPlainPacketsOnly) {
    NodeHarness node(branch_tables());
    FarEnd far(node, {.node_initiated = true});
    node.process(Side::inside, client_frame());
    STRCMP_EQUAL("bad_payload", drop_of(far.send(with_claim(kOrigin.ipv4, service_packet()))));
    UNSIGNED_LONGS_EQUAL(1, far.send(service_packet()).inside.size());
}

TEST(Payload, EveryOtherFirstNibbleIsRefused) {
    for (unsigned nibble = 0; nibble < 16; ++nibble) {
        Bytes payload = client_packet();
        payload[0] = static_cast<uint8_t>(nibble << 4 | 5);
        if (nibble != 4 && nibble != 6) {
            STRCMP_EQUAL("bad_payload", drop_of(branch.send(payload)));
        }
    }
}

TEST(Payload, InnerPacketsThatDoNotHoldTogetherAreRefused) {
    Bytes too_long = client_packet();
    store16(too_long, 2, static_cast<uint16_t>(too_long.size() + 1));
    const Bytes packets[] = {
        too_long,
        Bytes{0x45},
        Bytes{0x60, 0, 0, 0},
        PacketBuilder().ipv4("127.0.0.1", kService.ipv4).tcp(1, 2).bytes(),
    };
    for (const Bytes& packet : packets) {
        STRCMP_EQUAL("inner_malformed", drop_of(branch.send(with_claim(kOrigin.ipv4, packet))));
    }
}

TEST(Payload, OnlyTcpUdpAndErrorsAboutThemAreCarried) {
    const auto ip = [] { return PacketBuilder().ipv4(kClient.ipv4, kService.ipv4); };
    Bytes fragment = client_packet();
    store16(fragment, 6, 0x2000);
    const Bytes packets[] = {
        ip().icmp(8, 0, 1).bytes(),
        ip().protocol(50).payload(64).bytes(),
        fragment,
        ip().protocol(kTcpProtocol).payload(8).bytes(),
        // An error about a flow nobody opened.
        ip().icmp(3, 3).payload(service_packet({.client_port = 1})).bytes(),
    };
    for (const Bytes& packet : packets) {
        STRCMP_EQUAL("inner_unsupported", drop_of(branch.send(with_claim(kOrigin.ipv4, packet))));
    }
}

TEST(Payload, PaddingIsTakenOff) {
    Bytes padded = with_claim(kOrigin.ipv4, client_packet());
    padded.resize(padded.size() + 13);
    const Bytes frame = only(branch.send(padded).inside);
    UNSIGNED_LONGS_EQUAL(14 + client_packet().size(), frame.size());
}

TEST(Payload, BranchesWriteTheHeaderTheirCarryNeeds) {
    for (const Carry carry : {Carry::header, Carry::source}) {
        for (const Family family : kFamilies) {
            NodeHarness node(branch_tables({.carry = carry}));
            const FarEnd far(node, {.node_initiated = true});
            const FlowPacket packet{.family = family};
            const NodeOutput output = node.process(Side::inside, client_frame(packet));
            const Bytes payload = far.open_frame(only(output.outside)).value();
            if (carry == Carry::header) {
                const Bytes expected = with_claim(kOrigin.of(family), client_packet(packet));
                CHECK_TRUE(
                    Bytes(
                        payload.begin(),
                        payload.begin() + static_cast<ptrdiff_t>(expected.size())
                    ) == expected
                );
            } else {
                const Dissection bare = read_packet(payload);
                STRCMP_EQUAL(kOrigin.of(family).data(), bare.source.c_str());
                UNSIGNED_LONGS_EQUAL(kClientPort, bare.source_port);
            }
        }
    }
}

TEST(Payload, ABranchThatDoesNotSignalSaysSo) {
    for (const Carry carry : {Carry::header, Carry::source}) {
        NodeHarness node(branch_tables({.carry = carry, .branch_signaling = false}));
        const FarEnd far(node, {.node_initiated = true});
        const Bytes frame = only(node.process(Side::inside, client_frame()).outside);
        const Bytes payload = far.open_frame(frame).value();
        const Bytes expected = with_claim("", client_packet());
        CHECK_TRUE(
            Bytes(payload.begin(), payload.begin() + static_cast<ptrdiff_t>(expected.size())) ==
            expected
        );
    }
}
