// SPDX-License-Identifier: Apache-2.0
#include "stages/parse.hpp"

#include "packets.hpp"

#include <algorithm>
#include <memory>

#include <CppUTest/TestHarness.h>

using egret::PacketKind;
using egret::PacketMeta;
using egret::parse_frame;
using egret::parse_packet;
using egret::api::Family;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

PacketBuilder frame() {
    return PacketBuilder().ethernet(kClientMac, kGatewayMac);
}

PacketBuilder ipv4(const Ipv4Fields& fields = {}) {
    return frame().ipv4(kClient.ipv4, kService.ipv4, fields);
}

PacketBuilder ipv6() {
    return frame().ipv6(kClient.ipv6, kService.ipv6);
}

constexpr uint8_t kHopByHop = 0;
constexpr uint8_t kAuthentication = 51;
constexpr uint8_t kDestinationOptions = 60;

const char* name_of(PacketKind kind) {
    constexpr const char* kNames[] =
        {"other", "transport", "icmp_error", "fragment", "unreachable", "malformed"};
    return kNames[static_cast<size_t>(kind)];
}

struct Case {
    const char* what;
    Bytes frame;
    PacketKind kind;
    size_t l4;  ///< offset of the transport header, with kind transport
};

}  // namespace

TEST_GROUP(ParseFrame)
{
    PacketMeta meta{};

    /// Parses a copy that ends where its allocation ends, so that the address sanitizer sees every byte read behind it.
    void parse(const Bytes& bytes) {
        const std::unique_ptr<uint8_t[]> exact(new uint8_t[bytes.size()]);
        std::copy(bytes.begin(), bytes.end(), exact.get());
        meta = {};
        parse_frame({exact.get(), bytes.size()}, meta);
    }

    void check(const Case& expected) {
        parse(expected.frame);
        STRCMP_EQUAL_TEXT(name_of(expected.kind), name_of(meta.kind), expected.what);
        if (expected.kind == PacketKind::transport) {
            UNSIGNED_LONGS_EQUAL_TEXT(expected.l4, meta.l4_offset, expected.what);
            UNSIGNED_LONGS_EQUAL_TEXT(kClientPort, meta.key.source_port, expected.what);
            UNSIGNED_LONGS_EQUAL_TEXT(kServicePort, meta.key.destination_port, expected.what);
        }
    }
};

TEST(ParseFrame, FindsTheTransportHeader) {
    const Bytes options(40, 1);  // as many as IPv4 can have: no operation
    const Case kCases[] = {
        {"tcp", ipv4().tcp(40000, 443).bytes(), PacketKind::transport, 34},
        {"udp", ipv4().udp(40000, 443).bytes(), PacketKind::transport, 34},
        {"options", ipv4({.options = options}).tcp(40000, 443).bytes(), PacketKind::transport, 74},
        {"ipv6 tcp", ipv6().tcp(40000, 443).bytes(), PacketKind::transport, 54},
        {"ipv6 udp", ipv6().udp(40000, 443).bytes(), PacketKind::transport, 54},
        {"hop by hop",
         ipv6().extension(kHopByHop).tcp(40000, 443).bytes(),
         PacketKind::transport,
         62},
        {"destination options",
         ipv6().extension(kDestinationOptions, Bytes(14)).udp(40000, 443).bytes(),
         PacketKind::transport,
         70},
        {"routing header at its end",
         ipv6().extension(kRoutingHeader, {0, 0}).tcp(40000, 443).bytes(),
         PacketKind::transport,
         62},
        {"fragment header of a whole packet (RFC 6946)",
         ipv6().fragment_header(0).tcp(40000, 443).bytes(),
         PacketKind::transport,
         62},
    };
    for (const Case& expected : kCases) {
        check(expected);
    }
}

TEST(ParseFrame, MeasuresAnAuthenticationHeaderInFourByteWords) {
    // RFC 4302: length 4 means (4 + 2) * 4 = 24 bytes, which the builder's eight-byte units give with 22 of content.
    Bytes bytes = ipv6().extension(kAuthentication, Bytes(22)).tcp(40000, 443).bytes();
    bytes[14 + 40 + 1] = 4;
    check({"authentication header", bytes, PacketKind::transport, 54 + 24});
}

TEST(ParseFrame, ReadsTheOuterVlanOfUpToTwoTags) {
    parse(frame().vlan(7).ipv4(kClient.ipv4, kService.ipv4).tcp(40000, 443).bytes());
    UNSIGNED_LONGS_EQUAL(7, meta.vlan);
    UNSIGNED_LONGS_EQUAL(18, meta.l3_offset);
    parse(frame().vlan(9, 0x88a8).vlan(7).ipv6(kClient.ipv6, kService.ipv6).udp(1, 2).bytes());
    UNSIGNED_LONGS_EQUAL(9, meta.vlan);
    UNSIGNED_LONGS_EQUAL(22, meta.l3_offset);
    CHECK_TRUE(meta.kind == PacketKind::transport);
    // Priority and drop bits are not part of the id.
    parse(frame().vlan(0xf007).ipv4(kClient.ipv4, kService.ipv4).tcp(40000, 443).bytes());
    UNSIGNED_LONGS_EQUAL(7, meta.vlan);
}

TEST(ParseFrame, NotesWhatLaterStagesNeed) {
    parse(frame()
              .ipv4(kClient.ipv4, kService.ipv4, {.tos = 0xb9})
              .tcp(40000, 443, {.flags = kSyn})
              .payload(5)
              .bytes());
    CHECK_TRUE(meta.family == Family::ipv4);
    UNSIGNED_LONGS_EQUAL(kTcpProtocol, meta.protocol);
    UNSIGNED_LONGS_EQUAL(kSyn, meta.tcp_flags);
    UNSIGNED_LONGS_EQUAL(0xb9, meta.traffic_class);
    UNSIGNED_LONGS_EQUAL(45, meta.ip_size);
    CHECK_TRUE(meta.key.source_address() == address(kClient.ipv4));
    CHECK_TRUE(meta.key.destination_address() == address(kService.ipv4));
    parse(frame().ipv6(kClient.ipv6, kService.ipv6, {.traffic_class = 0xb9}).udp(1, 2).bytes());
    CHECK_TRUE(meta.family == Family::ipv6);
    UNSIGNED_LONGS_EQUAL(0xb9, meta.traffic_class);
    UNSIGNED_LONGS_EQUAL(48, meta.ip_size);
}

TEST(ParseFrame, SeesThatATransportHeaderIsOutOfReach) {
    PacketBuilder chain = ipv6();
    for (int i = 0; i < 9; ++i) {
        chain.extension(kDestinationOptions);
    }
    const Case kCases[] = {
        {"first fragment", ipv4({.fragment = 0x2000}).tcp(1, 2).bytes(), PacketKind::fragment, 0},
        {"later fragment", ipv4({.fragment = 5}).payload(40).bytes(), PacketKind::fragment, 0},
        {"ipv6 fragment", ipv6().fragment_header(1).udp(1, 2).bytes(), PacketKind::fragment, 0},
        {"ipv6 later", ipv6().fragment_header(0x08).payload(9).bytes(), PacketKind::fragment, 0},
        {"routing header with segments left",
         ipv6().extension(kRoutingHeader, {0, 1}).tcp(1, 2).bytes(),
         PacketKind::unreachable,
         0},
        {"nine extension headers", chain.tcp(1, 2).bytes(), PacketKind::unreachable, 0},
        {"short tcp",
         ipv4().protocol(kTcpProtocol).payload(19).bytes(),
         PacketKind::unreachable,
         0},
        {"short udp", ipv4().protocol(kUdpProtocol).payload(7).bytes(), PacketKind::unreachable, 0},
        {"loose source route",
         ipv4({.options = {131, 7, 4, 192, 0, 2, 9, 0}}).tcp(1, 2).bytes(),
         PacketKind::unreachable,
         0},
    };
    for (const Case& expected : kCases) {
        check(expected);
    }
}

TEST(ParseFrame, SeesHeadersThatContradictTheFrame) {
    Bytes long_total = ipv4().tcp(1, 2).bytes();
    store16(long_total, 16, 41);
    Bytes short_total = ipv4().tcp(1, 2).bytes();
    store16(short_total, 16, 19);
    Bytes short_header = ipv4().tcp(1, 2).bytes();
    short_header[14] = 0x44;
    Bytes long_ipv6 = ipv6().udp(1, 2).bytes();
    store16(long_ipv6, 18, 9);
    const Case kCases[] = {
        {"total length behind the frame", long_total, PacketKind::malformed, 0},
        {"total length within the header", short_total, PacketKind::malformed, 0},
        {"header length below 20", short_header, PacketKind::malformed, 0},
        {"payload length behind the frame", long_ipv6, PacketKind::malformed, 0},
        {"multicast source",
         frame().ipv4("224.0.0.1", kService.ipv4).tcp(1, 2).bytes(),
         PacketKind::malformed,
         0},
        {"loopback source",
         frame().ipv6("::1", kService.ipv6).tcp(1, 2).bytes(),
         PacketKind::malformed,
         0},
    };
    for (const Case& expected : kCases) {
        check(expected);
        CHECK_TRUE(meta.key.destination_address().present());  // to judge it by
    }
}

TEST(ParseFrame, APacketLargerThanItsNotesCanSayIsMalformed) {
    // 40 bytes of header and the largest payload length there is.
    Bytes bytes = ipv6().udp(kClientPort, kServicePort).bytes();
    bytes.resize(14 + 40 + 65535);
    store16(bytes, 18, 65535);
    check({"above 65535", bytes, PacketKind::malformed, 0});
    store16(bytes, 18, 65495);
    check({"65535", bytes, PacketKind::transport, 54});
}

TEST(ParseFrame, PassesOverEverythingElse) {
    Bytes type_against_version = ipv4().tcp(1, 2).bytes();
    store16(type_against_version, 12, 0x86dd);
    const Case kCases[] = {
        {"nothing", {}, PacketKind::other, 0},
        {"half an Ethernet header", Bytes(13), PacketKind::other, 0},
        {"arp", frame().payload(46).bytes(), PacketKind::other, 0},
        {"echo", ipv4().icmp(8, 0, 0x00010001).payload(8).bytes(), PacketKind::other, 0},
        {"echo over ipv6", ipv6().icmp(128, 0, 0x00010001).bytes(), PacketKind::other, 0},
        {"esp", ipv4().protocol(50).payload(64).bytes(), PacketKind::other, 0},
        {"no next header", ipv6().bytes(), PacketKind::other, 0},
        {"type and version differ", type_against_version, PacketKind::other, 0},
    };
    for (const Case& expected : kCases) {
        check(expected);
    }
}

TEST(ParseFrame, TakesPaddingForNoPartOfThePacket) {
    Bytes padded = ipv4().udp(40000, 443).payload(2).bytes();
    padded.resize(60);
    parse(padded);
    CHECK_TRUE(meta.kind == PacketKind::transport);
    UNSIGNED_LONGS_EQUAL(30, meta.ip_size);
}

TEST(ParseFrame, ReadsNothingBehindAnyTruncation) {
    const Bytes quoted = without_front(ipv4().tcp(1, 2).bytes(), 14);
    const Bytes quoted6 = without_front(
        ipv6().extension(kHopByHop).extension(kDestinationOptions).udp(1, 2).bytes(),
        14
    );
    const Bytes frames[] = {
        frame().vlan(3).vlan(4).ipv4(kClient.ipv4, kService.ipv4).tcp(1, 2).bytes(),
        ipv4({.options = {131, 7, 4, 1, 2, 3, 4, 0}}).udp(1, 2).payload(3).bytes(),
        ipv4().icmp(3, 4, 1400).payload(quoted).bytes(),
        ipv6().extension(kHopByHop, Bytes(14)).fragment_header(0).tcp(1, 2).bytes(),
        ipv6().extension(kRoutingHeader, {0, 0}).extension(kAuthentication).udp(1, 2).bytes(),
        ipv6().icmp(2, 0, 1400).payload(quoted6).bytes(),
    };
    for (const Bytes& whole : frames) {
        parse(whole);
        const size_t l3 = meta.l3_offset;
        const bool ipv4 = meta.family == Family::ipv4;
        for (size_t size = 0; size < whole.size(); ++size) {
            Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
            parse(cut);
            CHECK_FALSE(meta.kind == PacketKind::transport || meta.kind == PacketKind::icmp_error);
            // The same again with an IP length that agrees with the cut.
            if (cut.size() >= l3 + 40) {
                store16(
                    cut,
                    l3 + (ipv4 ? 2 : 4),
                    static_cast<uint16_t>(size - l3 - (ipv4 ? 0 : 40))
                );
                parse(cut);
                CHECK_FALSE(meta.kind == PacketKind::malformed);
            }
        }
    }
}

TEST(ParseFrame, StaysInsideWhateverTheLengthsSay) {
    // Every value of the bytes that lengths hang on, with the packet at the end of its memory.
    const Bytes whole =
        ipv6().extension(kHopByHop).icmp(3, 0).payload(ipv6().udp(1, 2).bytes()).bytes();
    for (const size_t at : {14U, 18U, 19U, 20U, 54U, 55U, 62U}) {
        for (unsigned value = 0; value < 256; ++value) {
            Bytes bytes = whole;
            bytes[at] = static_cast<uint8_t>(value);
            parse(bytes);
            CHECK_TRUE(
                meta.kind == PacketKind::other || meta.l3_offset + meta.ip_size <= bytes.size() ||
                meta.kind == PacketKind::malformed
            );
        }
    }
}
