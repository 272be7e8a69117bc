// SPDX-License-Identifier: Apache-2.0
// Edge, inside: parse -> [answers] -> seal -> outer. Answers follow their flow, never a prefix.
#include "stages/flows.hpp"
#include "stages/judge.hpp"
#include "stages/own.hpp"
#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/tunnel_out.hpp"

namespace egret {
namespace {

/// Addresses an answer to its client and cuts it down to what goes into the tunnel.
Fate return_one(Context& context, rte_mbuf* packet, PacketMeta& meta, Flow& flow) noexcept {
    const api::Peer* peer = context.snapshot.peer(flow.peer);
    if (peer == nullptr) {
        return api::DropReason::no_session;  // a push took the peer away
    }
    if (const Fate fate = judge_again(context, flow, *peer)) {
        return fate;
    }
    touch(context, flow, meta);
    meta.peer = flow.peer;
    if (const Fate fate = fit_to_tunnel(context, packet, meta, *peer)) {
        return fate;
    }
    if (is_rewritten(meta, flow)) {
        translate_reverse(bytes_of(packet), meta, flow);
    }
    return std::nullopt;
}

}  // namespace

PacketList take_answers(Context& context, Burst& burst) noexcept {
    PacketList candidates;
    for (uint8_t i = 0; i < burst.n; ++i) {
        PacketMeta& meta = burst.meta[i];
        if (meta.kind == PacketKind::transport || meta.kind == PacketKind::icmp_error) {
            meta.key.zone = 0;
            candidates.push(i);
        } else if (!take_own(context, burst.packets[i], meta, api::Side::inside)) {
            context.out.drop(burst.packets[i], api::DropReason::not_ours);
        }
    }
    FlowLookup lookup(context, burst, candidates, FlowLines::edge_out);
    PacketList answers;
    for (const uint8_t i : candidates) {
        rte_mbuf* packet = burst.packets[i];
        PacketMeta& meta = burst.meta[i];
        Flow* flow = lookup.living(i);
        Fate fate;
        if (flow == nullptr || meta.forward || flow->verdict != api::Verdict::tunnel) {
            fate = api::DropReason::not_ours;
        } else {
            fate = return_one(context, packet, meta, *flow);
        }
        if (fate) {
            context.out.drop(packet, *fate);
            continue;
        }
        answers.push(i);
    }
    return answers;
}

}  // namespace egret
