// SPDX-License-Identifier: Apache-2.0
// The way of a packet, in the order its stages run; each stage is a file of its name under stages/.
//
//   branch   inside  -> parse -> classify -+-> claim -> seal -> outer -> link ----------------> outside
//                                          +-> own?, else untouched --------------------------> outside
//            outside -> parse -> receive --+-> open -> probes -> decapsulate -> accept -------> inside
//                                          +-> own?, else untouched --------------------------> inside
//   edge     outside -> parse -> receive --+-> open -> probes -> decapsulate -> present -> link > inside
//                                          +-> own?, else dropped
//            inside  -> parse -> answers --+-> seal -> outer -> link -------------------------> outside
//                                          +-> own?, else dropped
//
//   any stage: condemned -> BurstOutput::drop, with its reason
//   several workers: behind parse, and again behind decapsulate, what another one owns is handed to it (stages/handover)
#include "pipeline.hpp"

#include "stages/classify.hpp"
#include "stages/handover.hpp"
#include "stages/names.hpp"
#include "stages/parse.hpp"
#include "stages/probes.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/tunnel_out.hpp"

namespace egret {
namespace {

/// Hands packets that are not for the tunnel to the other side as they are, or drops them where nothing is bridged.
void bridge(Context& context, Burst& burst, const PacketList& packets, api::Side side) noexcept {
    for (const uint8_t i : packets) {
        if (context.tables().bridge) {
            ++context.worker.counters.bridged;
            context.transmit(burst.packets[i], side);
        } else {
            context.out.drop(burst.packets[i], api::DropReason::not_ours);
        }
    }
}

}  // namespace

void branch_outbound(Context& context, Burst& burst) noexcept {
    parse(burst);
    keep_own(context, burst, api::Side::inside);
    Classified classified = classify(context, burst);
    for (const PacketList& list : {classified.tunnel, classified.direct}) {
        for (const uint8_t i : list) {
            if (may_name(burst.meta[i])) {
                observe_client(context, burst.packets[i], burst.meta[i]);
            }
        }
    }
    claim(context, burst, classified.tunnel);
    seal(context, burst, classified.tunnel);
    send_outside(context, burst, classified.tunnel);
    bridge(context, burst, classified.direct, api::Side::outside);
}

void branch_inbound(Context& context, Burst& burst) noexcept {
    parse(burst);
    keep_own(context, burst, api::Side::outside);
    Received received = receive(context, burst);
    open(context, burst, received.data);
    take_probes(context, burst, received.data);
    decapsulate(context, burst, received.data);
    keep_own_flows(context, burst, received.data);
    accept(context, burst, received.data);
    for (const uint8_t i : received.others) {
        observe_answer(context, burst.packets[i], burst.meta[i]);
    }
    bridge(context, burst, received.others, api::Side::inside);
}

void edge_inbound(Context& context, Burst& burst) noexcept {
    parse(burst);
    keep_own(context, burst, api::Side::outside);
    Received received = receive(context, burst);
    open(context, burst, received.data);
    take_probes(context, burst, received.data);
    decapsulate(context, burst, received.data);
    keep_own_flows(context, burst, received.data);
    present(context, burst, received.data);
    bridge(context, burst, received.others, api::Side::inside);
}

void edge_outbound(Context& context, Burst& burst) noexcept {
    parse(burst);
    keep_own(context, burst, api::Side::inside);
    PacketList answers = take_answers(context, burst);
    seal(context, burst, answers);
    send_outside(context, burst, answers);
}

}  // namespace egret
