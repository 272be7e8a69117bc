// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/segments/application_segment.hpp"
#include "control/segments/segment_objects.hpp"

#include <map>
#include <string>

namespace egret::control {

/// Names that are taken, and the number the next of the same name gets.
using TakenNames = std::map<std::string, size_t>;

/// Reads one object. Errors in what a rule would be made of: a destination that is neither name nor
/// address range, ports that are no ports or no pairs, an unknown bypassType. What is wrong in a
/// segment that is left out anyway is not mentioned. Host bits are cleared with a note; an
/// IPv4-mapped range becomes IPv4.
[[nodiscard]] ApplicationSegment read_zpa_segment(
    const SegmentObject& object,
    const std::map<std::string, std::string>& names_by_id,
    TakenNames& taken,
    Findings& findings
);

}  // namespace egret::control
