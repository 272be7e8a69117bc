// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

// The last step of every packet this node sends itself: whose MAC address it is for. Where a port's PortLink names a next
// hop, that is all; else the destination itself where it is on the link, or the gateway, is asked for.

/// Where packets to a destination stand.
enum class Reach : uint8_t {
    ready,        ///< they can leave
    asking,       ///< the next hop's MAC address is being asked for
    crowded,      ///< it cannot be asked for now: too many others are
    unreachable,  ///< it does not answer
    no_next_hop,  ///< the port's networks do not hold the destination, and there is no gateway
};

/// Whether packets to the peer can leave the outside port now; asks for the next hop if it is not known.
[[nodiscard]] Reach reach_peer(Context& context, PeerRuntime& peer) noexcept;

/// Writes the Ethernet header of an IP packet to `destination` into the first 14 bytes of `packet` and hands it to the port
/// of `side`; keeps it while the next hop is being asked for; drops it where there is none.
void send_to(
    Context& context,
    rte_mbuf* packet,
    api::Side side,
    const api::IpAddress& destination
) noexcept;

/// Does what `send_to` does where the next hop is known: it is the same for all, or `remembered`, which belongs to the
/// packet's destination alone, is still good. Else returns false, and nothing was done.
[[nodiscard]] bool send_by(
    Context& context,
    rte_mbuf* packet,
    api::Side side,
    api::Family family,
    const NextHop& remembered
) noexcept;

/// `send_to` for a destination whose next hop is remembered from then on.
void send_to(
    Context& context,
    rte_mbuf* packet,
    api::Side side,
    const api::IpAddress& destination,
    NextHop& remembered
) noexcept;

/// Writes whom data messages to the peer are handed to, and by whom, into their headers. The peer must be `ready`.
void address_to_peer(Context& context, const PeerRuntime& peer, OuterHeader& header) noexcept;

}  // namespace egret
