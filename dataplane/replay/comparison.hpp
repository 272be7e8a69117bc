// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace egret::replay {

/// Compares a recorded server frame with what came back out of the branch (contract section 5): the same bytes from the
/// VLAN tag on, except TTL or hop limit, IPv4 header checksum, and of a SYN the MSS option and the TCP checksum. Ethernet
/// padding behind an IP packet does not count. Returns the offset in `recorded` of the first byte that differs, or nothing.
[[nodiscard]] std::optional<size_t>
first_difference(std::span<const uint8_t> recorded, std::span<const uint8_t> returned);

}  // namespace egret::replay
