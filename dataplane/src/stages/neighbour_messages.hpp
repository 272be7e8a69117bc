// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stages/neighbours.hpp"

#include <cstdint>
#include <span>

namespace egret {

// Messages about neighbours on the wire: arp.cpp and neighbour_discovery.cpp. What they have in common:
//
// * A question is answered only if it is for one of the port's own addresses and could come from a host of its network.
// * An answer is believed only if it was asked for.

/// A question or answer about addresses, read from a frame.
struct NeighbourMessage {
    bool asks = false;
    api::IpAddress sender;  ///< absent: a probe before the address is taken (RFC 5227, RFC 4862)
    MacAddress sender_mac{};
    api::IpAddress target;  ///< of a question: whose MAC address is asked for
};

enum class MessageRead : uint8_t {
    not_one,   ///< not of this protocol
    refused,   ///< of it, but no host of the network could have sent it
    readable,  ///< `message` holds
};

/// Read a frame that came in on a port; neither believes a length.
[[nodiscard]] MessageRead
read_arp(std::span<const uint8_t> frame, NeighbourMessage& message) noexcept;
[[nodiscard]] MessageRead
read_neighbour_discovery(std::span<const uint8_t> frame, NeighbourMessage& message) noexcept;

/// What a frame to be written says: the node's own address is at `own_mac`; to `to_mac`.
struct NeighbourFrame {
    MacAddress own_mac{};
    MacAddress to_mac{};  ///< all zero: to whoever may know
    api::IpAddress own;   ///< of the port; its sender
    api::IpAddress
        other;  ///< question: asked for; answer: who asked, absent after a probe and in an announcement
};

/// Append the frame to an empty packet; false if there is no room.
[[nodiscard]] bool write_arp(rte_mbuf* packet, const NeighbourFrame& frame, bool asks) noexcept;
[[nodiscard]] bool
write_neighbour_discovery(rte_mbuf* packet, const NeighbourFrame& frame, bool asks) noexcept;

/// fe80::/64 with the port's MAC address (RFC 4291 appendix A).
[[nodiscard]] api::IpAddress link_local_of(const MacAddress& mac) noexcept;

}  // namespace egret
