// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

/// ` (did you mean "NAME"?)` with the candidate closest to `misspelt`, or nothing if none is close:
/// at most two edits, and fewer than half of its characters.
[[nodiscard]] std::string
did_you_mean(std::string_view misspelt, const std::vector<std::string_view>& candidates);

}  // namespace egret::control
