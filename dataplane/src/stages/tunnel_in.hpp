// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

// Outside frames on their way in, in packet order.

/// Parsed outside frames, by what they are.
struct Received {
    PacketList data;    ///< data messages for this node, outer headers taken off
    PacketList others;  ///< not for this node's tunnel
};

/// True of a parsed outside frame that is a datagram for the node's tunnel.
[[nodiscard]] bool is_for_tunnel(const Context& context, const PacketMeta& meta) noexcept;

/// Separates the node's own tunnel datagrams from everything else. Handshakes whose mac1 is right, and while the node is
/// under load whose source does not send too many, are handed to control; the rest of them are dropped by name.
[[nodiscard]] Received receive(Context& context, Burst& burst) noexcept;

/// Authenticates and decrypts data messages in place and takes them through the replay window. What stays in the list is a
/// payload with `meta.session`, `meta.peer` and its outer notes; keepalives end here. An authentic message confirms its
/// session and moves the peer's endpoint.
void open(Context& context, Burst& burst, PacketList& data) noexcept;

/// Reads the Egret header, if there is one, and the inner packet; takes padding off and carries congestion marks over
/// (RFC 6040). What stays is an inner TCP or UDP packet, or an ICMP error about one.
void decapsulate(Context& context, Burst& burst, PacketList& data) noexcept;

/// Branch: lets through only answers of flows this site opened through the group they come from, translates them back and
/// hands them to the inside port under the newest link header of their client.
void accept(Context& context, Burst& burst, PacketList& data) noexcept;

/// Edge: verifies the claim and the destination of new flows, chooses the address the service is to see, translates, and
/// hands the packets to the inside port.
void present(Context& context, Burst& burst, PacketList& data) noexcept;

/// Edge: answers of presented flows, addressed back to their client behind the tunnel. Everything else from the inside is
/// dropped: an edge bridges nothing.
[[nodiscard]] PacketList take_answers(Context& context, Burst& burst) noexcept;

}  // namespace egret
