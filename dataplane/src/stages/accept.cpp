// SPDX-License-Identifier: Apache-2.0
// Branch, outside: decapsulate -> [accept] -> inside port. A far end, even one whose key was stolen, reaches into the LAN
// only as an answer to what the LAN asked for.
#include "stages/flows.hpp"
#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;

/// True if answers of `flow` may come from the peer in `slot`: it is the flow's own, or one that stands in for it.
bool may_answer(const Context& context, const Flow& flow, uint16_t slot) noexcept {
    const api::Peer* opened_through = context.snapshot.peer(flow.peer);
    const api::Peer* from = context.snapshot.peer(slot);
    return opened_through != nullptr && from != nullptr && opened_through->group == from->group;
}

/// The newest link header of the client with its ends swapped: from the gateway, to the client, the same VLAN tags.
Fate put_link_header(rte_mbuf* packet, const LinkHeader& link) noexcept {
    uint8_t* frame = add_front(packet, link.size_bytes);
    if (frame == nullptr) {
        return DropReason::no_buffer_room;
    }
    wire::copy_mac(frame, link.bytes.data() + wire::kMacSize);
    wire::copy_mac(frame + wire::kMacSize, link.bytes.data());
    for (uint8_t at = 2 * wire::kMacSize; at < link.size_bytes; ++at) {  // tags and type
        frame[at] = link.bytes[at];
    }
    return std::nullopt;
}

Fate accept_one(Context& context, rte_mbuf* packet, PacketMeta& meta, Flow* flow) noexcept {
    if (flow == nullptr || meta.forward || flow->verdict != api::Verdict::tunnel ||
        !may_answer(context, *flow, meta.peer)) {
        return DropReason::unsolicited;
    }
    touch(context, *flow, meta);
    if (has_syn(meta)) {
        const api::Peer& peer = *context.snapshot.peer(meta.peer);
        clamp_mss(
            bytes_of(packet),
            meta,
            meta.family == api::Family::ipv4 ? peer.inner_mtu_ipv4 : peer.inner_mtu_ipv6
        );
    }
    translate_reverse(bytes_of(packet), meta, *flow);
    return put_link_header(packet, flow->link);
}

}  // namespace

void accept(Context& context, Burst& burst, PacketList& data) noexcept {
    for (const uint8_t i : data) {
        burst.meta[i].key.zone = kTunnelZone;
    }
    FlowLookup lookup(context, burst, data, FlowLines::branch_in);
    for (const uint8_t i : data) {
        Flow* flow = lookup.living(i);
        if (const Fate fate = accept_one(context, burst.packets[i], burst.meta[i], flow)) {
            context.out.drop(burst.packets[i], *fate);
        } else {
            context.transmit(burst.packets[i], api::Side::inside);
        }
    }
    data.n = 0;
}

}  // namespace egret
