// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/lists/entry.hpp"

#include <vector>

namespace egret::control {

/// Warns of segments a branch's rules rely on that hold names only: addresses choose the path, and
/// choosing by name is not built yet.
void check_segments(const Config& config, const std::vector<List>& lists, Findings& findings);

}  // namespace egret::control
