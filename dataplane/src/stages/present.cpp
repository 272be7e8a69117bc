// SPDX-License-Identifier: Apache-2.0
// Edge, outside: decapsulate -> [present] -> inside port. A new flow is held against the peer's claim, the edge's own
// segments and the pool; its first packet pins the origin, and everything after it follows the flow.
#include "stages/flows.hpp"
#include "stages/judge.hpp"
#include "stages/link.hpp"
#include "stages/names.hpp"
#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;
using api::Verdict;

void report(
    Context& context,
    api::EventKind kind,
    const Flow& flow,
    const PacketMeta& meta,
    const Presentation& presentation
) noexcept {
    api::Event event = describe(context, kind, flow);
    event.presented = presentation.address;
    event.presented_port = flow.reverse.destination_port;
    event.outer = meta.outer_source.address;
    event.present = presentation.present;
    event.signaling = presentation.signaling;
    event.verified = presentation.verified;
    event.verify = presentation.method;
    label(context, meta, event);
    emit(context, event);
}

/// Opens a flow for the first packet of a tuple; a refused one too, so that its refusal is told once.
Fate open_edge_flow(Context& context, PacketMeta& meta, const api::Peer& peer) noexcept {
    const Presentation presentation = judge(context, meta.key, meta.claim, peer);
    Flow* flow = open_flow(context, meta);
    if (flow == nullptr) {
        return presentation.fate ? presentation.fate : DropReason::flow_table_full;
    }
    flow->peer = peer.slot;
    flow->segment = presentation.segment;
    flow->origin = meta.claim;
    if (presentation.fate) {
        flow->verdict = Verdict::drop;
        flow->reason = *presentation.fate;
        report(context, api::EventKind::claim_refused, *flow, meta, presentation);
        return presentation.fate;
    }
    if (!choose_reverse(context, *flow, presentation.address, 0)) {
        context.worker.flows.remove(*flow);
        return DropReason::no_port;
    }
    prepare_translation(*flow);
    flow->verdict = Verdict::tunnel;
    flow->name_wanted = context.tables().learn_names && meta.key.protocol == wire::kTcp;
    report(context, api::EventKind::flow_opened, *flow, meta, presentation);
    meta.flow = flow;
    return std::nullopt;
}

Fate follow_flow(
    Context& context,
    const PacketMeta& meta,
    Flow& flow,
    const api::Peer& peer
) noexcept {
    if (flow.verdict == Verdict::drop) {
        return flow.reason;
    }
    if (!meta.forward) {
        return DropReason::segment_refused;  // a peer that answers its own flow
    }
    if (meta.claim != flow.origin) {
        return DropReason::origin_changed;
    }
    return judge_again(context, flow, peer);
}

/// Room for the Ethernet header, which send_to writes.
Fate make_ethernet_room(rte_mbuf* packet) noexcept {
    return add_front(packet, wire::kEtherSize) != nullptr ? Fate{}
                                                          : Fate(DropReason::no_buffer_room);
}

/// To the service's side of the wire.
void hand_over(Context& context, rte_mbuf* packet, Flow& flow) noexcept {
    const api::Family family = flow.forward.family;
    if (!send_by(context, packet, api::Side::inside, family, flow.next_hop)) {
        const api::IpAddress to = flow.forward.destination_address();
        send_to(context, packet, api::Side::inside, to, flow.next_hop);
    }
}

Fate present_one(Context& context, rte_mbuf* packet, PacketMeta& meta, Flow* flow) noexcept {
    const api::Peer* peer = context.snapshot.peer(meta.peer);
    if (peer == nullptr) {
        return DropReason::unknown_session;  // a push took the peer away
    }
    // Before a flow is opened: a packet that goes no further presents nothing.
    if (!decrement_ttl(bytes_of(packet), meta)) {
        return DropReason::ttl_expired;
    }
    Fate fate;
    if (flow != nullptr) {
        fate = follow_flow(context, meta, *flow, *peer);
    } else if (meta.kind == PacketKind::transport) {
        meta.forward = true;
        fate = open_edge_flow(context, meta, *peer);
    } else {
        fate = DropReason::inner_unsupported;  // an error about a flow that does not exist
    }
    if (fate) {
        return fate;
    }
    touch(context, *meta.flow, meta);
    if (may_name(meta)) {
        observe_client(context, packet, meta);
    }
    if (has_syn(meta)) {
        clamp_mss(
            bytes_of(packet),
            meta,
            meta.family == api::Family::ipv4 ? peer->inner_mtu_ipv4 : peer->inner_mtu_ipv6
        );
    }
    if (is_rewritten(meta, *meta.flow)) {
        translate_forward(bytes_of(packet), meta, *meta.flow);
    }
    return make_ethernet_room(packet);
}

}  // namespace

void present(Context& context, Burst& burst, PacketList& data) noexcept {
    for (const uint8_t i : data) {
        PacketMeta& meta = burst.meta[i];
        meta.key.zone = static_cast<uint16_t>(kTunnelZone | meta.peer);
        meta.vlan = 0;
        if (!meta.header_carry) {
            // An error may come from any router on the way; its flow's address is the one in the quoted packet.
            meta.claim.family = meta.key.family;
            meta.claim.bytes = meta.key.source;
        }
    }
    FlowLookup lookup(context, burst, data, FlowLines::edge_in);
    lookup.prefetch_destinations(data);
    for (const uint8_t i : data) {
        Flow* flow = lookup.living(i);
        if (const Fate fate = present_one(context, burst.packets[i], burst.meta[i], flow)) {
            context.out.drop(burst.packets[i], *fate);
        } else {
            hand_over(context, burst.packets[i], *burst.meta[i].flow);
        }
    }
    data.n = 0;
}

}  // namespace egret
