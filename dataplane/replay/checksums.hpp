// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"

namespace egret::replay {

/// True if every checksum of a parsed frame that can be checked is right: the IPv4 header's, and that of a whole TCP, UDP,
/// ICMP or ICMPv6 message. A UDP checksum of zero over IPv4 is right.
[[nodiscard]] bool checksums_right(std::span<const uint8_t> frame, const PacketMeta& meta) noexcept;

}  // namespace egret::replay
