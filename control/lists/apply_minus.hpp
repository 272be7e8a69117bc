// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/lists/entry.hpp"

#include <vector>

namespace egret::control {

/// Takes from each list of `config` the addresses of those its `minus` names. A prefix of which a part
/// is taken away becomes the fewest that hold the rest. A list of which nothing is left, or that would
/// hold more than kMaxListEntries, is an error. `lists` has the order of Config::lists.
void apply_minus(const Config& config, std::vector<List>& lists, Findings& findings);

}  // namespace egret::control
