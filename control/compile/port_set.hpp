// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace egret::control {

using PortRanges = std::vector<PortRange>;

/// Protocol numbers of what matches (design section 8: only these two do).
inline constexpr uint8_t kTcp = 6;
inline constexpr uint8_t kUdp = 17;

/// The ports of one list entry within one segment: sorted, neither overlapping nor adjacent.
struct PortSet {
    PortRanges tcp;
    PortRanges udp;

    friend auto operator<=>(const PortSet&, const PortSet&) = default;
};

/// Sorts ranges and joins those that touch.
[[nodiscard]] PortRanges normalized(PortRanges ranges);

/// The segment's ports where it states them, else the entry's own, else all TCP and no UDP
/// (contract section 2.1). An entry that states ports of one protocol has none of the other.
[[nodiscard]] PortSet resolve_ports(
    const std::optional<PortRanges>& segment_tcp,
    const std::optional<PortRanges>& segment_udp,
    const EntryPorts& entry
);

[[nodiscard]] bool holds(const PortSet& ports, uint8_t protocol, uint16_t port) noexcept;

}  // namespace egret::control
