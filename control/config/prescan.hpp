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
inline constexpr size_t kMaxConfigBytes = size_t{16} << 20;

/// The deepest nesting a configuration may have; the contract's deepest is 3.
inline constexpr uint32_t kMaxNesting = 16;

/// What the parser must not see.
struct Hazard {
    SourceLocation at;
    std::string_view message;
};

/// The first place where brackets, braces or dotted keys nest deeper than kMaxNesting, or where a
/// character outside ASCII stands outside of strings and comments; nothing if there is none.
///
/// It runs before toml++ 3.3.0, whose behaviour is undefined on both: it limits the nesting of
/// values but descends once per part of a dotted key, so that a line of a few thousand dots
/// overflows its stack; and its test for blanks outside ASCII reaches what it calls unreachable.
/// The scan knows strings and comments and nothing else of TOML; on text that is not TOML it may
/// see more than the parser, which stops at its first error.
[[nodiscard]] std::optional<Hazard> find_hazard(std::string_view text) noexcept;

}  // namespace egret::control
