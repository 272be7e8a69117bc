// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "neighbours/neighbour_table.hpp"
#include "worker_state.hpp"

namespace egret {

// The last step of a packet this node sends itself, and the first of one that is for the node itself: ARP (RFC 826),
// neighbour discovery (RFC 4861) and echo (RFC 792, RFC 4443). Where a port's PortLink names a next hop, none of this
// happens: every frame goes there.

/// Where packets to a destination stand.
enum class Reach : uint8_t {
    ready,        ///< they can leave
    asking,       ///< the next hop's MAC address is being asked for
    unreachable,  ///< it does not answer, or there is no way
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

/// The same for a data message to a peer, whose next hop is remembered.
void send_to_peer(Context& context, rte_mbuf* packet, PeerRuntime& peer) noexcept;

/// Takes what is meant for the node itself among frames that came in on a port of `side`: questions and answers about its
/// own and its neighbours' addresses, echo requests. False: it was not, and `packet` is the caller's.
[[nodiscard]] bool
take_own(Context& context, rte_mbuf* packet, const PacketMeta& meta, api::Side side) noexcept;

/// Asks again, gives up, forgets; announces own addresses after a link came up. Once a loop.
void tend_neighbours(Context& context) noexcept;

/// Forgets the neighbours of a side; what waited for them is dropped.
void forget_neighbours(WorkerState& worker, api::Side side) noexcept;

}  // namespace egret
