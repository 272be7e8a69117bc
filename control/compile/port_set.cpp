// SPDX-License-Identifier: Apache-2.0
#include "control/compile/port_set.hpp"

#include <algorithm>

namespace egret::control {
namespace {

/// Port 0 belongs to "all": a packet that states it must not slip past a rule.
constexpr PortRange kAllPorts{0, 65535};

}  // namespace

PortRanges normalized(PortRanges ranges) {
    std::ranges::sort(ranges);
    PortRanges joined;
    for (const PortRange& range : ranges) {
        if (!joined.empty() && range.first <= uint32_t{joined.back().last} + 1) {
            joined.back().last = std::max(joined.back().last, range.last);
        } else {
            joined.push_back(range);
        }
    }
    return joined;
}

PortSet resolve_ports(
    const std::optional<PortRanges>& segment_tcp,
    const std::optional<PortRanges>& segment_udp,
    const EntryPorts& entry
) {
    const PortRanges own_tcp = entry.stated ? entry.tcp : PortRanges{kAllPorts};
    return {normalized(segment_tcp.value_or(own_tcp)), normalized(segment_udp.value_or(entry.udp))};
}

bool holds(const PortSet& ports, uint8_t protocol, uint16_t port) noexcept {
    const PortRanges* ranges = protocol == kTcp   ? &ports.tcp
                               : protocol == kUdp ? &ports.udp
                                                  : nullptr;
    return ranges != nullptr && std::ranges::any_of(*ranges, [port](const PortRange& range) {
               return range.first <= port && port <= range.last;
           });
}

}  // namespace egret::control
