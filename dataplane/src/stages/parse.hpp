// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "stages/packet_bytes.hpp"

#include <cstdint>
#include <span>

namespace egret {

/// Parses every frame of a burst; no packet has a flow yet.
void parse(Burst& burst) noexcept;

/// Reads Ethernet, VLAN tags, IP and transport headers of one frame into `meta`: the only code that trusts no offset.
/// Never reads outside `frame`, whatever is in it. `meta.key.zone` is left to the caller.
void parse_frame(std::span<const uint8_t> frame, PacketMeta& meta) noexcept;

/// The same for a packet that begins with its IP header, `l3_offset` bytes into `bytes`.
void parse_packet(std::span<const uint8_t> bytes, uint16_t l3_offset, PacketMeta& meta) noexcept;

}  // namespace egret
