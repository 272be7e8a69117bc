// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

// The tunnel part of a burst on its way out, in packet order. Each stage takes the list the one before it left.

/// Branch: translates the source where the carry needs it, clamps MSS, holds the packet against the tunnel MTU, takes off
/// the link header, and puts the Egret header with the claim in front.
void claim(Context& context, Burst& burst, PacketList& tunnel) noexcept;

/// Makes each payload a data message of its peer's session, in place: pads, reserves counters (one atomic add per session
/// and burst, after the last reason to drop), encrypts. Packets of a peer whose first handshake still runs are staged;
/// they leave the list and belong to the peer's queue.
void seal(Context& context, Burst& burst, PacketList& tunnel) noexcept;

/// Puts UDP, IP and Ethernet headers in front and hands the packets to the outside port.
void send_outside(Context& context, Burst& burst, PacketList& tunnel) noexcept;

/// `claim`'s part that an edge's answers need too: MSS, tunnel MTU, link header and Ethernet padding off.
Fate fit_to_tunnel(
    Context& context,
    rte_mbuf* packet,
    PacketMeta& meta,
    const api::Peer& peer
) noexcept;

/// Largest payload of a data message to `peer` over the outside port, given the family of its endpoint.
[[nodiscard]] uint16_t max_payload(const Context& context, api::Family outer) noexcept;

/// Puts outer headers in front of one datagram for `destination` and hands it to the outside port; on failure the packet is
/// dropped. `traffic_class` is the outer DSCP and ECN.
void send_datagram(
    Context& context,
    rte_mbuf* packet,
    const api::Endpoint& destination,
    uint8_t traffic_class
) noexcept;

/// Asks control for a handshake with a peer, at most once a second. Where control is too far behind, the next call asks.
void want_session(Context& context, uint16_t slot) noexcept;

/// Seals and sends one payload that the node made. The peer must be able to send (PeerRuntime::can_send).
void send_payload(Context& context, rte_mbuf* payload, uint16_t slot) noexcept;

/// Keeps a packet until its peer has keys; the newest are refused when too many wait. Without a fate the packet is the
/// peer's.
Fate stage_packet(Context& context, rte_mbuf* packet, uint16_t slot) noexcept;

/// Sends what waited for `slot`'s first session, or drops it if handshakes go unanswered. False if some had to stay because
/// `out` is full.
bool flush_staged(Context& context, uint16_t slot) noexcept;

/// The same for the peers whose sessions were confirmed since the last call, or whose next hop answered. Call when a burst
/// is done.
void flush_confirmed(Context& context) noexcept;

}  // namespace egret
