// SPDX-License-Identifier: Apache-2.0
#include "control/compile/check_segments.hpp"

#include "control/compile/atoms.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

bool has_prefixes(
    const Config& config,
    const std::vector<List>& lists,
    const SegmentSection& segment
) {
    return std::ranges::any_of(segment.lists, [&](const Located<std::string>& name) {
        return !lists[index_of(config.lists, *name)].prefixes.empty();
    });
}

}  // namespace

void check_segments(const Config& config, const std::vector<List>& lists, Findings& findings) {
    if (*config.node.role != api::Role::branch) {
        return;
    }
    for (const RuleSection& rule : config.rules) {
        for (const Located<std::string>& name : rule.segments) {
            const SegmentSection& segment = config.segments[index_of(config.segments, *name)];
            if (*rule.action != api::Verdict::direct && !has_prefixes(config, lists, segment)) {
                findings.warning(
                    name.at,
                    "rule.segments",
                    fmt::format(
                        "\"{}\" holds names only, and choosing by name is not yet supported: its "
                        "traffic goes direct",
                        *name
                    )
                );
            }
        }
    }
}

}  // namespace egret::control
