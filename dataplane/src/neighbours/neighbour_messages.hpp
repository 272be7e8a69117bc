// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/node.hpp>

#include <rte_mbuf.h>

#include <cstdint>
#include <span>

namespace egret {

// Messages about neighbours on the wire: ARP (arp.cpp) for IPv4, neighbour discovery (neighbour_discovery.cpp) for IPv6.

/// A question or answer about addresses, read from a frame.
struct NeighbourMessage {
    bool asks = false;
    api::IpAddress sender;  ///< absent: a probe before the address is taken (RFC 5227, RFC 4862)
    MacAddress sender_mac{};
    api::IpAddress target;  ///< of a question: whose MAC address is asked for
};

enum class MessageRead : uint8_t {
    not_one,  ///< not of this protocol
    refused,  ///< of it, but no host on this wire can have sent it; `message` is what it says all the same
    readable,  ///< `message` holds
};

/// Read a frame that came in on a port; neither believes a length. A question must come from the MAC address it names; an
/// answer need not: routers that stand in for each other answer with an address they share (RFC 9568 section 8.1).
[[nodiscard]] MessageRead
read_arp(std::span<const uint8_t> frame, NeighbourMessage& message) noexcept;
[[nodiscard]] MessageRead
read_neighbour_discovery(std::span<const uint8_t> frame, NeighbourMessage& message) noexcept;

/// What a frame to be written says: the node's address `own` is at `own_mac`.
struct NeighbourFrame {
    MacAddress own_mac{};
    MacAddress to_mac{};   ///< all zero: to whoever may know, or wants to
    api::IpAddress own;    ///< its sender
    api::IpAddress other;  ///< question: whom it asks for; answer: who asked, absent after a probe
};

/// Append the frame to an empty packet; false if there is no room.
[[nodiscard]] bool write_arp(rte_mbuf* packet, const NeighbourFrame& frame, bool asks) noexcept;
[[nodiscard]] bool
write_neighbour_discovery(rte_mbuf* packet, const NeighbourFrame& frame, bool asks) noexcept;

/// fe80::/64 with the port's MAC address (RFC 4291 appendix A).
[[nodiscard]] api::IpAddress link_local_of(const MacAddress& mac) noexcept;

}  // namespace egret
