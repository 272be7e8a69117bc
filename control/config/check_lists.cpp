// SPDX-License-Identifier: Apache-2.0
#include "control/config/cross_check.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

bool names(const LocatedList<std::string>& references, const std::string& name) {
    return std::ranges::any_of(references, [&](const Located<std::string>& reference) {
        return *reference == name;
    });
}

bool is_later(const ListSection& list) {
    return list.is_remote || (list.format_name.stated() && list.format.value == ListFormat::later);
}

/// The rule that would let destinations of `list` go direct if the list were missing, or nullptr.
const RuleSection* relying_rule(const Config& config, const ListSection& list) {
    if (*config.node.role != api::Role::branch) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(config.rules, [&](const RuleSection& rule) {
        return *rule.action != api::Verdict::direct &&
               std::ranges::any_of(config.segments, [&](const SegmentSection& segment) {
                   return names(rule.segments, *segment.name) && names(segment.lists, *list.name);
               });
    });
    return found == config.rules.end() ? nullptr : &*found;
}

/// The segment that would hold nothing if `list` were missing, or nullptr.
const SegmentSection* emptied_segment(const Config& config, const ListSection& list) {
    const auto found = std::ranges::find_if(config.segments, [&](const SegmentSection& segment) {
        return names(segment.lists, *list.name) &&
               std::ranges::none_of(config.lists, [&](const ListSection& other) {
                   return names(segment.lists, *other.name) && !is_later(other);
               });
    });
    return found == config.segments.end() ? nullptr : &*found;
}

/// A list that cannot be read yet is ignored with a warning only where nothing leaves in clear, or
/// is refused, because of it (contract section 2).
void report_later(
    const Config& config,
    const ListSection& list,
    SourceLocation at,
    std::string_view key,
    Findings& findings
) {
    if (const RuleSection* rule = relying_rule(config, list)) {
        findings.error(
            at,
            key,
            fmt::format(
                "not yet supported, and rule \"{}\" relies on it: its destinations would go direct",
                *rule->name
            )
        );
    } else if (const SegmentSection* segment = emptied_segment(config, list)) {
        findings.error(
            at,
            key,
            fmt::format("not yet supported, and segment \"{}\" would be empty", *segment->name)
        );
    } else {
        findings.not_yet_supported(at, key);
    }
}

}  // namespace

void check_lists(const Config& config, Findings& findings) {
    for (const ListSection& list : config.lists) {
        if (list.format_name.stated() && list.format.value == ListFormat::later) {
            report_later(config, list, list.format.at, "list.format", findings);
        }
        if (list.is_remote) {
            report_later(config, list, list.source.at, "list.source", findings);
        }
    }
}

}  // namespace egret::control
