// SPDX-License-Identifier: Apache-2.0
#include "stages/refusal.hpp"

#include "stages/icmp_error.hpp"
#include "stages/packet_bytes.hpp"
#include "stages/reply_frame.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

// Fields of the TCP header (RFC 9293 section 3.1).
constexpr uint16_t kSequence = 4;
constexpr uint16_t kAcknowledgment = 8;
constexpr uint16_t kDataOffset = 12;
constexpr uint16_t kFlags = 13;

/// What the segment takes of sequence space: its data, and one each for SYN and FIN.
uint32_t segment_length(const uint8_t* tcp, uint32_t size_bytes) noexcept {
    const uint32_t header = (tcp[kDataOffset] >> 4) * 4U;
    const uint32_t data = header < size_bytes ? size_bytes - header : 0;
    const uint8_t flags = tcp[kFlags];
    return data + ((flags & wire::kTcpSyn) != 0 ? 1 : 0) + ((flags & wire::kTcpFin) != 0 ? 1 : 0);
}

/// RFC 9293 section 3.10.7.1: what the sender of `segment` believes of, whatever state it is in.
void write_reset(uint8_t* reset, const uint8_t* segment, uint32_t size_bytes) noexcept {
    std::fill_n(reset, wire::kTcpSize, uint8_t{0});
    wire::store16(reset, wire::load16(segment + 2));
    wire::store16(reset + 2, wire::load16(segment));
    reset[kDataOffset] = wire::kTcpSize / 4 << 4;
    if ((segment[kFlags] & wire::kTcpAck) != 0) {
        wire::store32(reset + kSequence, wire::load32(segment + kAcknowledgment));
        reset[kFlags] = wire::kTcpRst;
        return;
    }
    wire::store32(
        reset + kAcknowledgment,
        wire::load32(segment + kSequence) + segment_length(segment, size_bytes)
    );
    reset[kFlags] = wire::kTcpRst | wire::kTcpAck;
}

void send_reset(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    const ReplyFrame reply = begin_reply(context, packet, meta, wire::kTcp, wire::kTcpSize);
    if (reply.packet == nullptr) {
        return;
    }
    const uint32_t end = meta.l3_offset + uint32_t{meta.ip_size};
    write_reset(reply.payload, bytes_of(packet).data() + meta.l4_offset, end - meta.l4_offset);
    const uint64_t sum = pseudo_sum(reply, meta.family, wire::kTcp, wire::kTcpSize) +
                         wire::sum_words(reply.payload, wire::kTcpSize);
    wire::store16(reply.payload + wire::kTcpChecksum, static_cast<uint16_t>(~wire::fold(sum)));
    send_reply(context, reply);
}

}  // namespace

void answer_refused(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    // Neither errors nor resets are answered, or two nodes could talk forever.
    const bool asks = meta.kind == PacketKind::transport && (meta.tcp_flags & wire::kTcpRst) == 0;
    if (!asks || !context.worker.refusal_pace.admit(kRefusalRate, context.now_ns)) {
        return;
    }
    if (meta.protocol == wire::kTcp) {
        send_reset(context, packet, meta);
    } else {
        send_prohibited(context, packet, meta);
    }
}

}  // namespace egret
