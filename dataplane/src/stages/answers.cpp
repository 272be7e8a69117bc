// SPDX-License-Identifier: Apache-2.0
// Edge, inside: parse -> [answers] -> seal -> outer. Answers follow their flow, never a prefix.
#include "stages/flows.hpp"
#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/tunnel_out.hpp"

namespace egret {

PacketList take_answers(Context& context, Burst& burst) noexcept {
    PacketList candidates;
    for (uint8_t i = 0; i < burst.n; ++i) {
        PacketMeta& meta = burst.meta[i];
        if (meta.kind == PacketKind::transport || meta.kind == PacketKind::icmp_error) {
            meta.key.zone = 0;
            candidates.push(i);
        } else {
            context.out.drop(burst.packets[i], api::DropReason::not_ours);
        }
    }
    FlowLookup lookup(context, burst, candidates);
    PacketList answers;
    for (const uint8_t i : candidates) {
        rte_mbuf* packet = burst.packets[i];
        PacketMeta& meta = burst.meta[i];
        Flow* flow = lookup.living(i);
        Fate fate;
        if (flow == nullptr || meta.forward || flow->verdict != api::Verdict::tunnel) {
            fate = api::DropReason::not_ours;
        } else {
            touch(context, *flow, meta);
            meta.peer = flow->peer;
            fate = fit_to_tunnel(context, packet, meta, meta.peer);
        }
        if (fate) {
            context.out.drop(packet, *fate);
            continue;
        }
        translate_reverse(bytes_of(packet), meta, *flow);
        answers.push(i);
    }
    return answers;
}

}  // namespace egret
