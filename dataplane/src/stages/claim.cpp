// SPDX-License-Identifier: Apache-2.0
// Branch: parse -> classify -> [claim] -> seal -> outer.
#include "stages/egret_header.hpp"
#include "stages/icmp_error.hpp"
#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/tunnel_out.hpp"

namespace egret {
namespace {

/// With the source itself as the claim there is nothing to write. Without a claim the header says so, whatever the carry:
/// a bare packet would claim its source.
bool needs_header(const api::Peer& peer, const Flow& flow) noexcept {
    return peer.carry == api::Carry::header || !flow.origin.present();
}

Fate claim_one(Context& context, rte_mbuf* packet, PacketMeta& meta) noexcept {
    const Flow& flow = *meta.flow;
    const api::Peer* peer = context.snapshot.peer(meta.peer);
    if (peer == nullptr) {
        return api::DropReason::no_session;  // a push took the peer away under the flow
    }
    if (const Fate fate = fit_to_tunnel(context, packet, meta, *peer)) {
        return fate;
    }
    if (is_rewritten(meta, flow)) {
        translate_forward(bytes_of(packet), meta, flow);
    }
    if (!needs_header(*peer, flow)) {
        return std::nullopt;
    }
    uint8_t* header = add_front(packet, egret_header_size(flow.origin.family));
    if (header == nullptr) {
        return api::DropReason::no_buffer_room;
    }
    write_egret_header(header, flow.origin);
    return std::nullopt;
}

}  // namespace

Fate fit_to_tunnel(
    Context& context,
    rte_mbuf* packet,
    PacketMeta& meta,
    const api::Peer& peer
) noexcept {
    const uint16_t mtu =
        meta.family == api::Family::ipv4 ? peer.inner_mtu_ipv4 : peer.inner_mtu_ipv6;
    if (meta.ip_size > mtu) {
        if (context.worker.enforce_mtu) {
            send_too_big(context, packet, meta, mtu);
            return api::DropReason::too_big;
        }
        ++context.worker.counters.over_mtu;
    }
    if (has_syn(meta)) {
        clamp_mss(bytes_of(packet), meta, mtu);
    }
    const uint16_t link = meta.l3_offset;
    cut(packet, link, uint32_t{packet->data_len} - link - meta.ip_size);
    meta.l3_offset = 0;
    meta.l4_offset = static_cast<uint16_t>(meta.l4_offset - link);
    if (meta.kind == PacketKind::icmp_error) {
        meta.quote_l3_offset = static_cast<uint16_t>(meta.quote_l3_offset - link);
        meta.quote_l4_offset = static_cast<uint16_t>(meta.quote_l4_offset - link);
    }
    return std::nullopt;
}

void claim(Context& context, Burst& burst, PacketList& tunnel) noexcept {
    burst.keep(tunnel, context.out, [&](rte_mbuf* packet, PacketMeta& meta) {
        return claim_one(context, packet, meta);
    });
}

}  // namespace egret
