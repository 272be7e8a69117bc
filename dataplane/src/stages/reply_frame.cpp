// SPDX-License-Identifier: Apache-2.0
#include "stages/reply_frame.hpp"

#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

constexpr uint8_t kTtl = 64;

/// The individual/group bit of a MAC address (IEEE 802 section 8.2.2).
bool is_group(const uint8_t* mac) noexcept {
    return (mac[0] & 1) != 0;
}

/// `ip` in answer to `offending`.
void write_ipv4(uint8_t* ip, const uint8_t* offending, uint8_t protocol, uint16_t size) noexcept {
    std::fill_n(ip, wire::kIpv4Size, uint8_t{0});
    ip[0] = 0x45;
    wire::store16(ip + 2, static_cast<uint16_t>(wire::kIpv4Size + size));
    ip[8] = kTtl;
    ip[9] = protocol;
    std::copy_n(offending + wire::kIpv4Destination, 4, ip + wire::kIpv4Source);
    std::copy_n(offending + wire::kIpv4Source, 4, ip + wire::kIpv4Destination);
    wire::store16(
        ip + wire::kIpv4Checksum,
        static_cast<uint16_t>(~wire::fold(wire::sum_words(ip, wire::kIpv4Size)))
    );
}

void write_ipv6(uint8_t* ip, const uint8_t* offending, uint8_t protocol, uint16_t size) noexcept {
    std::fill_n(ip, wire::kIpv6Size, uint8_t{0});
    ip[0] = 0x60;
    wire::store16(ip + 4, size);
    ip[6] = protocol;
    ip[7] = kTtl;
    std::copy_n(offending + wire::kIpv6Destination, 16, ip + wire::kIpv6Source);
    std::copy_n(offending + wire::kIpv6Source, 16, ip + wire::kIpv6Destination);
}

}  // namespace

ReplyFrame begin_reply(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    uint8_t protocol,
    uint16_t payload_size
) noexcept {
    const auto* received = rte_pktmbuf_mtod(packet, const uint8_t*);
    if (is_group(received) || is_group(received + wire::kMacSize) ||
        context.out.transmit_room() == 0) {
        return {};
    }
    rte_mbuf* answer = rte_pktmbuf_alloc(context.worker.pool);
    if (answer == nullptr) {
        return {};
    }
    const bool ipv4 = meta.family == api::Family::ipv4;
    const uint16_t headers =
        static_cast<uint16_t>(meta.l3_offset + (ipv4 ? wire::kIpv4Size : wire::kIpv6Size));
    char* front = rte_pktmbuf_append(answer, static_cast<uint16_t>(headers + payload_size));
    if (front == nullptr) {
        rte_pktmbuf_free(answer);
        return {};
    }
    auto* frame = reinterpret_cast<uint8_t*>(front);
    std::copy_n(received, meta.l3_offset, frame);      // VLAN tags and type stay
    wire::copy_mac(frame, received + wire::kMacSize);  // to the sender,
    wire::copy_mac(frame + wire::kMacSize, received);  // from whom it was sent to
    uint8_t* ip = frame + meta.l3_offset;
    (ipv4 ? write_ipv4 : write_ipv6)(ip, received + meta.l3_offset, protocol, payload_size);
    return {answer, ip, frame + headers};
}

uint64_t pseudo_sum(
    const ReplyFrame& reply,
    api::Family family,
    uint8_t protocol,
    uint16_t payload_size
) noexcept {
    const bool ipv4 = family == api::Family::ipv4;
    const uint8_t* addresses = reply.ip + (ipv4 ? wire::kIpv4Source : wire::kIpv6Source);
    return wire::sum_words(addresses, ipv4 ? 8 : 32) + payload_size + protocol;
}

void send_reply(Context& context, const ReplyFrame& reply) noexcept {
    ++context.worker.counters.generated;
    context.transmit(reply.packet, api::Side::inside);
}

}  // namespace egret
