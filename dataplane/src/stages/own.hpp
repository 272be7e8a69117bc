// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "neighbours/neighbour_messages.hpp"
#include "worker_state.hpp"

namespace egret {

/// Takes what is meant for the node itself among frames that came in on a port of `side` and are not the tunnel's: questions
/// and answers about its own and its neighbours' addresses (ARP, RFC 826; neighbour discovery, RFC 4861) and echo requests
/// (RFC 792, RFC 4443). False: it was not, and `packet` is the caller's.
///
/// A question is answered only if it is for one of the port's own addresses and could come from a host of its networks. On a
/// port with a static next hop nothing is taken.
[[nodiscard]] bool
take_own(Context& context, rte_mbuf* packet, const PacketMeta& meta, api::Side side) noexcept;

/// Learns from a message about neighbours if a host of the port's networks, or the gateway outside them, could have sent it;
/// false if not.
bool hear_neighbour(Context& context, api::Side side, const NeighbourMessage& message) noexcept;

}  // namespace egret
