// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace egret::control {

/// Larger files are refused before they are read: a branch with every list written inline stays far
/// below.
inline constexpr size_t kMaxConfigBytes = 4 * 1024 * 1024;

/// The deepest nesting a configuration may have; the contract's deepest is 3.
inline constexpr uint32_t kMaxNesting = 16;

/// The first place where brackets, braces or dotted keys nest deeper than kMaxNesting; nothing if
/// none does.
///
/// It runs before the parser sees the text: toml++ 3.3.0 limits the nesting of values but descends
/// once per part of a dotted key, so that a line of a few thousand dots overflows its stack. The
/// scan knows strings and comments and nothing else of TOML; on text that is not TOML it may stop
/// early, as the parser does.
[[nodiscard]] std::optional<SourceLocation> find_deep_nesting(std::string_view text) noexcept;

}  // namespace egret::control
