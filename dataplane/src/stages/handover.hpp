// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

// Where a node has several workers each flow, session and question has one owner, and packets go to it. All of this does
// nothing where there is one worker.
//
// A flow is owned by the worker its opener's port names. Packets of the opener have it as their source port, answers as their
// destination port; where a flow is translated its new port is one that names the same worker (choose_reverse). So both
// directions, and ICMP errors about either, find the owner without a table, before and after translation, on both roles.

/// The worker a port names. Multiplied by 2^16 / golden ratio: clients take every second port, or one after the other.
[[nodiscard]] constexpr uint8_t worker_of_port(uint16_t port, uint8_t n_workers) noexcept {
    constexpr uint32_t kOdd = 0x9e37;
    return static_cast<uint8_t>(((port * kOdd & 0xffff) * n_workers) >> 16);
}

/// True if this worker may own flows with this opener's port.
[[nodiscard]] inline bool names_this_worker(const WorkerState& worker, uint16_t port) noexcept {
    return worker.passages == nullptr ||
           worker_of_port(port, worker.passages->n_workers()) == worker.number;
}

/// Hands parsed frames of others to them; the rest stays in the burst, in order. What finds its passage full is dropped as
/// `worker_queue_full`.
void keep_own(Context& context, Burst& burst, api::Side side) noexcept;

/// The same for inner packets that came out of the tunnel on the worker that owns the session.
void keep_own_flows(Context& context, Burst& burst, PacketList& data) noexcept;

/// Hears what the other workers have to say about neighbours, names and sessions, then takes up to a burst from one of them
/// through the rest of its way. Returns 0 when nothing is left to do.
uint16_t take_over(Context& context, Burst& burst) noexcept;

/// Tells the other workers what somebody said about an address.
void pass_on(Context& context, api::Side side, const NeighbourMessage& message) noexcept;

}  // namespace egret
