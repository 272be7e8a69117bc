// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/flatten.hpp"
#include "control/config/config.hpp"

#include <vector>

namespace egret::control {

/// What is never tunnelled, whatever lists say (design section 8): the node's own addresses and
/// pool, its peers' endpoints, and everything that is not one host on the internet. An edge that
/// accepts every destination guards its own networks too.
[[nodiscard]] std::vector<GuardPrefix> guarded_prefixes(const Config& config);

/// An edge without segments accepts every destination but its own networks (contract section 2.2).
[[nodiscard]] bool accepts_all(const Config& config) noexcept;

}  // namespace egret::control
