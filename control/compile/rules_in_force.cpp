// SPDX-License-Identifier: Apache-2.0
#include "control/compile/rules_in_force.hpp"

#include <algorithm>

namespace egret::control {

bool is_in_force(const RuleSection& rule, const std::optional<WallTime>& now) noexcept {
    if (rule.hours.empty()) {
        return true;
    }
    if (!now) {
        return *rule.action != api::Verdict::direct;
    }
    return std::ranges::any_of(rule.hours, [&now](const Located<Hours>& hours) {
        return holds(*hours, *now);
    });
}

void mark_rules(Config& config, const std::optional<WallTime>& now) noexcept {
    for (RuleSection& rule : config.rules) {
        rule.in_force = is_in_force(rule, now);
    }
}

bool are_marks_stale(const Config& config, const std::optional<WallTime>& now) noexcept {
    return std::ranges::any_of(config.rules, [&now](const RuleSection& rule) {
        return rule.in_force != is_in_force(rule, now);
    });
}

bool has_hours(const Config& config) noexcept {
    return std::ranges::any_of(config.rules, [](const RuleSection& rule) {
        return !rule.hours.empty();
    });
}

}  // namespace egret::control
