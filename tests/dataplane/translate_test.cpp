// SPDX-License-Identifier: Apache-2.0
#include "stages/translate.hpp"

#include "packets.hpp"
#include "stages/parse.hpp"

#include <CppUTest/TestHarness.h>

using egret::Flow;
using egret::PacketMeta;
using egret::api::Family;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Dual kPresented{"203.0.113.7", "2001:db8:42:1::7"};
constexpr uint16_t kPresentedPort = 61000;

std::span<uint8_t> span_of(Bytes& bytes) {
    return {bytes.data(), bytes.size()};
}

/// A flow of the client to the service whose answers come to `presented`.
Flow flow_of(const FlowPacket& packet, std::string_view presented, uint16_t port) {
    PacketMeta meta{};
    const Bytes bytes = client_packet(packet);
    egret::parse_packet(bytes, 0, meta);
    Flow flow;
    flow.forward = meta.key;
    flow.reverse = meta.key.reversed();
    flow.reverse.destination = address(presented).bytes;
    flow.reverse.destination_port = port;
    prepare_translation(flow);
    return flow;
}

Flow flow_of(const FlowPacket& packet) {
    return flow_of(packet, kPresented.of(packet.family), kPresentedPort);
}

Bytes translated(const Bytes& packet, const Flow& flow, bool forward) {
    Bytes result = packet;
    PacketMeta meta{};
    egret::parse_packet(result, 0, meta);
    forward ? translate_forward(span_of(result), meta, flow)
            : translate_reverse(span_of(result), meta, flow);
    return result;
}

}  // namespace

TEST_GROUP(Translate)
{};

TEST(Translate, ThereAndBackGivesTheSameBytes) {
    for (const uint8_t protocol : {kTcpProtocol, kUdpProtocol}) {
        for (const Family family : kFamilies) {
            const FlowPacket packet{.family = family, .protocol = protocol, .payload = 33};
            const Flow flow = flow_of(packet);
            CHECK_TRUE(flow.translated);
            const auto out = read_packet(translated(client_packet(packet), flow, true));
            STRCMP_EQUAL(kPresented.of(family).data(), out.source.c_str());
            UNSIGNED_LONGS_EQUAL(kPresentedPort, out.source_port);

            FlowPacket answer = packet;
            answer.client_port = kPresentedPort;
            const Bytes back = translated(service_packet(answer, kPresented), flow, false);
            CHECK_TRUE(back == service_packet(packet, kClient));
        }
    }
}

TEST(Translate, ChecksumsAreExactWhateverTheyWere) {
    // All sums of one 16-bit word: some come out as 0 and as 0xffff.
    const FlowPacket packet{.protocol = kUdpProtocol, .payload = 2};
    const Flow flow = flow_of(packet);
    bool became_zero = false;
    for (uint32_t word = 0; word < 0x10000; ++word) {
        const Bytes before =
            PacketBuilder()
                .ipv4(kClient.ipv4, kService.ipv4)
                .udp(kClientPort, kServicePort)
                .payload(Bytes{static_cast<uint8_t>(word >> 8), static_cast<uint8_t>(word)})
                .bytes();
        const Bytes expected =
            PacketBuilder()
                .ipv4(kPresented.ipv4, kService.ipv4)
                .udp(kPresentedPort, kServicePort)
                .payload(Bytes{static_cast<uint8_t>(word >> 8), static_cast<uint8_t>(word)})
                .bytes();
        CHECK_TRUE(translated(before, flow, true) == expected);
        became_zero = became_zero || load16(expected, 26) == 0xffff;
    }
    CHECK_TRUE(became_zero);  // RFC 768: written as all ones
}

TEST(Translate, EveryIpHeaderChecksumIsExact) {
    const Flow flow = flow_of({});
    for (uint32_t id = 0; id < 0x10000; ++id) {
        const auto header = [id](std::string_view source) {
            const Ipv4Fields fields{.identification = static_cast<uint16_t>(id)};
            return PacketBuilder().ipv4(source, kService.ipv4, fields);
        };
        const Bytes out =
            translated(header(kClient.ipv4).tcp(kClientPort, kServicePort).bytes(), flow, true);
        CHECK_TRUE(out == header(kPresented.ipv4).tcp(kPresentedPort, kServicePort).bytes());
    }
}

TEST(Translate, NoUdpChecksumStaysNone) {
    const Bytes packet = PacketBuilder()
                             .ipv4(kClient.ipv4, kService.ipv4)
                             .udp(kClientPort, kServicePort)
                             .without_checksum()
                             .payload(8)
                             .bytes();
    const Bytes out = translated(packet, flow_of({.protocol = kUdpProtocol}), true);
    UNSIGNED_LONGS_EQUAL(0, load16(out, 26));
    STRCMP_EQUAL(kPresented.ipv4.data(), read_packet(out).source.c_str());
}

TEST(Translate, AWrongChecksumStaysWrongByTheSameAmount) {
    const Flow flow = flow_of({});
    Bytes packet = client_packet();
    store16(packet, 36, static_cast<uint16_t>(load16(packet, 36) + 0x1234));
    const Bytes out = translated(packet, flow, true);
    CHECK_FALSE(dissect_ip(out)->transport_checksum_right);
    FlowPacket answer;
    answer.client_port = kPresentedPort;
    Bytes right = out;
    store16(right, 36, load16(translated(client_packet(), flow, true), 36));
    UNSIGNED_LONGS_EQUAL(0x1234, static_cast<uint16_t>(load16(out, 36) - load16(right, 36)));
    CHECK_TRUE(dissect_ip(right)->transport_checksum_right);
}

TEST(Translate, AnUntranslatedFlowIsLeftAlone) {
    const Flow flow = flow_of({}, kClient.ipv4, kClientPort);
    CHECK_FALSE(flow.translated);
    CHECK_TRUE(translated(client_packet(), flow, true) == client_packet());
    const Bytes answer = service_packet();
    CHECK_TRUE(translated(answer, flow, false) == answer);
}

TEST(Translate, HopLimitsAreCountedDown) {
    for (const Family family : kFamilies) {
        for (const unsigned ttl : {0U, 1U, 2U, 64U, 255U}) {
            const auto hops = static_cast<uint8_t>(ttl);
            PacketBuilder builder;
            Bytes packet =
                family == Family::ipv4
                    ? builder.ipv4(kClient.ipv4, kService.ipv4, {.ttl = hops}).udp(1, 2).bytes()
                    : builder.ipv6(kClient.ipv6, kService.ipv6, {.hop_limit = hops})
                          .udp(1, 2)
                          .bytes();
            PacketMeta meta{};
            egret::parse_packet(packet, 0, meta);
            CHECK_TRUE(decrement_ttl(span_of(packet), meta) == (ttl > 1));
            UNSIGNED_LONGS_EQUAL(ttl > 1 ? ttl - 1 : ttl, read_packet(packet).ttl);
        }
    }
}

TEST(Translate, TrafficClassIsReplacedWhole) {
    for (unsigned value = 0; value < 256; ++value) {
        const auto wanted = static_cast<uint8_t>(value);
        Bytes packet = client_packet();
        egret::set_traffic_class(span_of(packet), 0, wanted);
        UNSIGNED_LONGS_EQUAL(value, read_packet(packet).traffic_class);
        Bytes packet6 = client_packet({.family = Family::ipv6});
        egret::set_traffic_class(span_of(packet6), 0, wanted);
        UNSIGNED_LONGS_EQUAL(value, read_packet(packet6).traffic_class);
        CHECK_TRUE((packet6[1] & 0x0f) == 0);  // the flow label stays
    }
}
