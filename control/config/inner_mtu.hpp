// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <cstdint>

namespace egret::control {

/// Largest inner packet of each family, in bytes.
struct InnerMtu {
    uint16_t ipv4 = 0;
    uint16_t ipv6 = 0;
};

/// What fits into the tunnel to `peer` without regard to `[tunnel] mtu` (contract section 1.3): the
/// outside port's MTU less the outer headers, less the Egret header where this node sends one. An
/// edge sends plain packets whatever the carry. Where the peer's outer family is not known, the
/// larger headers are counted.
[[nodiscard]] InnerMtu largest_inner_mtu(const Config& config, const PeerSection& peer);

/// The same, capped by `[tunnel] mtu`.
[[nodiscard]] InnerMtu inner_mtu(const Config& config, const PeerSection& peer);

}  // namespace egret::control
