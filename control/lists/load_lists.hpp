// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/lists/entry.hpp"

#include <vector>

namespace egret::control {

/// Reads every list of `config`, in its order. One that is wrong is reported and stays empty; one
/// whose format or source is not supported yet stays empty without a word, as the configuration's
/// own checks have spoken about it.
[[nodiscard]] std::vector<List> load_lists(const Config& config, Findings& findings);

}  // namespace egret::control
