// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// How an edge is to present one flow.
struct Presentation {
    Fate fate;  ///< why not at all
    api::Present present = api::Present::edge;
    api::IpAddress address;
    uint16_t segment = api::kNone;
    bool signaling = false;
    bool verified = false;
    api::Verify method = api::Verify::registered;
};

/// Holds a flow a peer wants to open against the peer's claim (absent: none), the edge's own segments and the pool. `key` is
/// that of its first packet.
[[nodiscard]] Presentation judge(
    const Context& context,
    const FlowKey& key,
    const api::IpAddress& claim,
    const api::Peer& peer
) noexcept;

/// Part of `judge_again`: what the live generation says.
[[nodiscard]] Fate
judge_by_new_generation(Context& context, Flow& flow, const api::Peer& peer) noexcept;

/// Judges a living flow once more under each new generation: a push may have taken back what allowed it. One that may not
/// go on is refused from then on, in both directions, and reported as `claim_refused`.
[[nodiscard]] inline Fate
judge_again(Context& context, Flow& flow, const api::Peer& peer) noexcept {
    return flow.generation == context.tables().generation
               ? Fate{}
               : judge_by_new_generation(context, flow, peer);
}

}  // namespace egret
