// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/json.hpp"
#include "control/segments/import_segments.hpp"

namespace egret::control {

/// What `egret segments import` made of its files: `ok`, the rules in their order with what they are
/// about, what was left out and why, and the findings as `check` has them.
[[nodiscard]] Json
segments_json(bool ok, const SegmentImport& import, const std::vector<Finding>& findings);

}  // namespace egret::control
