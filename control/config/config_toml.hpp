// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/config/tree.hpp"

#include <optional>
#include <string_view>

namespace egret::control {

/// Parses TOML text into a tree. Text that is too large, nests too deep or is not TOML gives
/// nothing and one error in `findings`: the parser stops at the first.
[[nodiscard]] std::optional<Value> parse_toml(std::string_view text, Findings& findings);

}  // namespace egret::control
