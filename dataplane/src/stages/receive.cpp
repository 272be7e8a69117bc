// SPDX-License-Identifier: Apache-2.0
// Outside, first stages: parse -> [receive] -> open -> decapsulate -> accept (branch) or present (edge).
#include "stages/own.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/wire.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;

/// A fragment for the node itself: tunnel datagrams are sent whole (DF), so nobody puts it together.
bool is_own_fragment(const Context& context, const PacketMeta& meta) noexcept {
    return meta.kind == PacketKind::fragment &&
           context.snapshot.is_own_outside(meta.key.family, meta.key.destination);
}

/// Cuts the frame down to its UDP payload and keeps what later stages need of the outer headers.
bool strip_outer(rte_mbuf* packet, PacketMeta& meta) noexcept {
    const uint8_t* udp = rte_pktmbuf_mtod_offset(packet, const uint8_t*, meta.l4_offset);
    const uint32_t size = wire::load16(udp + 4);
    const uint32_t available = meta.l3_offset + uint32_t{meta.ip_size} - meta.l4_offset;
    if (size < wire::kUdpSize || size > available) {
        return false;
    }
    // Field by field: a whole endpoint put together first would be copied from bytes that are still being stored.
    meta.outer_source.address.family = meta.key.family;
    meta.outer_source.address.bytes = meta.key.source;
    meta.outer_source.port = meta.key.source_port;
    meta.outer_ecn = meta.traffic_class & 3;
    const uint32_t front = meta.l4_offset + uint32_t{wire::kUdpSize};
    const uint32_t behind = rte_pktmbuf_data_len(packet) - meta.l4_offset - size;
    cut(packet, front, behind);
    return true;
}

bool is_handshake(std::span<const uint8_t> message) noexcept {
    switch (message.empty() ? 0 : message[0]) {
        case crypto::kMessageInitiation:
            return message.size() == crypto::kInitiationSize;
        case crypto::kMessageResponse:
            return message.size() == crypto::kResponseSize;
        case crypto::kMessageCookieReply:
            return message.size() == crypto::kCookieReplySize;
        default:
            return false;
    }
}

/// True while handshakes queue up, and for a while after.
bool is_under_load(Context& context) noexcept {
    WorkerState& worker = context.worker;
    if (worker.punts.size() >= worker.punts.capacity() / crypto::kUnderLoadShare) {
        worker.under_load_until_ns = context.now_ns + crypto::kUnderLoadTime;
    }
    return context.now_ns < worker.under_load_until_ns;
}

/// Hands a handshake datagram to control. A cookie reply has no mac1; it is bound to a message this node sent, which
/// control checks.
Fate punt(Context& context, std::span<const uint8_t> message, const PacketMeta& meta) noexcept {
    WorkerState& worker = context.worker;
    using Kind = HandshakeGate::Kind;
    const Kind kind =
        message[0] == crypto::kMessageCookieReply ? Kind::cookie_reply : Kind::has_mac1;
    if (kind == Kind::has_mac1 && !context.snapshot.is_for_this_node(std::as_bytes(message))) {
        return DropReason::bad_mac1;
    }
    const bool under_load = is_under_load(context);
    // Many peers may stand behind one address: as long as control keeps up, nobody has to wait.
    if ((under_load || kind == Kind::cookie_reply) &&
        !worker.gate.admit(kind, meta.outer_source.address, context.now_ns)) {
        return DropReason::handshake_rate;
    }
    api::Punt punted;
    punted.time_ns = context.now_ns;
    punted.source = meta.outer_source;
    punted.port = context.snapshot.outside_port;
    punted.under_load = under_load;
    punted.size_bytes = static_cast<uint16_t>(message.size());
    std::copy_n(
        reinterpret_cast<const std::byte*>(message.data()),
        message.size(),
        punted.bytes.begin()
    );
    return worker.punts.push(punted) ? Fate{} : DropReason::handshake_queue_full;
}

}  // namespace

bool is_for_tunnel(const Context& context, const PacketMeta& meta) noexcept {
    return meta.kind == PacketKind::transport && meta.protocol == wire::kUdp &&
           meta.key.destination_port == context.tables().listen_port &&
           context.snapshot.is_own_outside(meta.key.family, meta.key.destination);
}

Received receive(Context& context, Burst& burst) noexcept {
    Received result;
    for (uint8_t i = 0; i < burst.n; ++i) {
        rte_mbuf* packet = burst.packets[i];
        PacketMeta& meta = burst.meta[i];
        const bool for_tunnel = is_for_tunnel(context, meta);
        if (is_own_fragment(context, meta) || (for_tunnel && !strip_outer(packet, meta))) {
            context.out.drop(packet, DropReason::outer_malformed);
            continue;
        }
        if (!for_tunnel) {
            if (!take_own(context, packet, meta, api::Side::outside)) {
                result.others.push(i);
            }
            continue;
        }
        const std::span<const uint8_t> message = bytes_of(packet);
        if (!message.empty() && message[0] == crypto::kMessageData) {
            result.data.push(i);
        } else if (!is_handshake(message)) {
            context.out.drop(packet, DropReason::bad_header);
        } else if (const Fate fate = punt(context, message, meta)) {
            context.out.drop(packet, *fate);
        } else {
            ++context.worker.counters.consumed;
            rte_pktmbuf_free(packet);
        }
    }
    return result;
}

}  // namespace egret
