// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <optional>

namespace egret::control {

/// True if the rule can match at that time: one without hours always. While the time is not known
/// (nothing) a rule with hours is in force where it keeps traffic from going direct, and is not where its action
/// is `direct`: what is not known lets nothing out in clear.
[[nodiscard]] bool
is_in_force(const RuleSection& rule, const std::optional<WallTime>& now) noexcept;

/// Marks each rule by whether it is in force.
void mark_rules(Config& config, const std::optional<WallTime>& now) noexcept;

/// True if the marks are other than they would be now.
[[nodiscard]] bool
are_marks_stale(const Config& config, const std::optional<WallTime>& now) noexcept;

[[nodiscard]] bool has_hours(const Config& config) noexcept;

}  // namespace egret::control
