// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "numbered.hpp"
#include "packet_builder.hpp"

#include <egret/api/address.hpp>

#include <cstddef>
#include <optional>
#include <span>

namespace egret::test {

/// The payload of a data message as a branch makes it (contract section 1.2): an Egret header with `origin` as the claim
/// (none if absent), then an IPv4 UDP packet of `size_bytes` whose payload is for a Numbered.
[[nodiscard]] Bytes make_inner_packet(
    const api::IpAddress& origin,
    const api::Endpoint& source,
    const api::Endpoint& destination,
    size_t size_bytes
);

/// Writes the number into such a payload. The packet carries no UDP checksum, so nothing else changes.
void number_inner_packet(Bytes& payload, const Numbered& numbered);

/// The number in an IPv4 UDP packet, possibly padded, that came out of a tunnel; nothing if it is none.
[[nodiscard]] std::optional<Numbered> read_inner_packet(std::span<const std::byte> payload);

/// Makes of a branch's data payload the answer an echo behind an edge would give: the claim off, addresses and ports
/// swapped. Returns the packet within `payload`; empty if it is no IPv4 UDP packet.
[[nodiscard]] std::span<std::byte> turn_around(std::span<std::byte> payload);

}  // namespace egret::test
