// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/segments/import_segments.hpp"

namespace egret::control {

/// Turns segments into rules in an order in which the more specific come first, and says on the way
/// what is left out, what overlaps, and which groups the rules name. `findings` has one entry per
/// file.
[[nodiscard]] SegmentImport rules_of(
    const std::vector<ApplicationSegment>& segments,
    const ViaChoice& via,
    std::vector<Findings>& findings
);

}  // namespace egret::control
