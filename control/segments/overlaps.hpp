// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/segments/application_segment.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace egret::control {

/// Two segments that hold the same destinations on the same protocol and port.
struct Overlap {
    uint32_t inner = 0;  ///< index of a segment
    uint32_t outer = 0;
    std::string entry;       ///< the first entry of `inner` that is, or lies within, one of `outer`
    bool is_within = false;  ///< false: both hold `entry` itself, and `inner` < `outer`
};

/// Every pair of overlapping segments, at most once as equal and once each way as within; sorted by
/// the segments' places. A name lies within `*.` and any of its endings. Of one entry at most the
/// first 64 holders are compared. Cost: linear in entries, but for what is shared.
[[nodiscard]] std::vector<Overlap> find_overlaps(const std::vector<ApplicationSegment>& segments);

}  // namespace egret::control
