// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neighbours/neighbour_messages.hpp"
#include "worker_state.hpp"

namespace egret {

// Who is on the wires of this node's ports: asked for when first needed, believed only when asked, asked again while in use.
// Threads: the worker.

[[nodiscard]] inline const PortLink& link_of(const Context& context, api::Side side) noexcept {
    return context.worker.links[static_cast<size_t>(side)];
}

/// True where every frame goes to one next hop: nobody is asked for, and nothing is answered.
[[nodiscard]] inline bool is_static(const PortLink& link) noexcept {
    return link.next_hop != MacAddress{};
}

/// The neighbour with this address, known or from now on asked for; nullptr if more are asked for than are kept.
[[nodiscard]] Neighbour*
look_up_neighbour(Context& context, api::Side side, const api::IpAddress& address) noexcept;

/// Keeps a frame, complete but for the MAC addresses, until the neighbour answers; drops it where too many wait.
void keep_waiting(Context& context, rte_mbuf* packet, Neighbour& neighbour) noexcept;

/// Takes note of what somebody plausible said about an address. Only an answer that was asked for changes anything; what
/// contradicts what is known makes this node ask.
void learn_neighbour(Context& context, api::Side side, const NeighbourMessage& message) noexcept;

/// Answers a question about one of the port's own addresses.
void answer_neighbour(Context& context, api::Side side, const NeighbourMessage& message) noexcept;

/// Asks again, gives up, forgets; sends what could not leave at once; announces own addresses after a link came up. Once a
/// loop.
void tend_neighbours(Context& context) noexcept;

/// Forgets the neighbours of a side; what waited for them is dropped.
void forget_neighbours(WorkerState& worker, api::Side side) noexcept;

}  // namespace egret
