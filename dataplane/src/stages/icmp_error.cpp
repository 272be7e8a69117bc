// SPDX-License-Identifier: Apache-2.0
#include "stages/icmp_error.hpp"

#include "stages/reply_frame.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

/// RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4: as much of the packet as fits a minimum-size one.
constexpr uint16_t kIpv4ErrorMax = 576;
constexpr uint16_t kIpv6ErrorMax = 1280;

/// What an error says, in the words of one family.
struct Message {
    uint8_t type;
    uint8_t code;
    uint32_t rest;  ///< the second word of the ICMP header
};

uint16_t quoted_size(const PacketMeta& meta) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    const uint16_t most = ipv4 ? kIpv4ErrorMax - wire::kIpv4Size : kIpv6ErrorMax - wire::kIpv6Size;
    return std::min<uint16_t>(meta.ip_size, static_cast<uint16_t>(most - wire::kIcmpSize));
}

void send_error(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    const Message& message
) noexcept {
    if (meta.kind != PacketKind::transport) {
        return;
    }
    const bool ipv4 = meta.family == api::Family::ipv4;
    const uint8_t protocol = ipv4 ? wire::kIcmp : wire::kIcmpv6;
    const uint16_t quoted = quoted_size(meta);
    const auto size = static_cast<uint16_t>(wire::kIcmpSize + quoted);
    const ReplyFrame reply = begin_reply(context, packet, meta, protocol, size);
    if (reply.packet == nullptr) {
        return;
    }
    uint8_t* icmp = reply.payload;
    icmp[0] = message.type;
    icmp[1] = message.code;
    wire::store16(icmp + wire::kIcmpChecksum, 0);
    wire::store32(icmp + 4, message.rest);
    std::copy_n(
        rte_pktmbuf_mtod(packet, const uint8_t*) + meta.l3_offset,
        quoted,
        icmp + wire::kIcmpSize
    );
    const uint64_t pseudo = ipv4 ? 0 : pseudo_sum(reply, meta.family, protocol, size);
    const uint64_t sum = pseudo + wire::sum_words(icmp, size);
    wire::store16(icmp + wire::kIcmpChecksum, static_cast<uint16_t>(~wire::fold(sum)));
    send_reply(context, reply);
}

}  // namespace

void send_too_big(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    uint16_t mtu_bytes
) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    send_error(context, packet, meta, ipv4 ? Message{3, 4, mtu_bytes} : Message{2, 0, mtu_bytes});
}

void send_prohibited(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    send_error(context, packet, meta, ipv4 ? Message{3, 13, 0} : Message{1, 1, 0});
}

}  // namespace egret
