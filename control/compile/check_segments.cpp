// SPDX-License-Identifier: Apache-2.0
#include "control/compile/check_segments.hpp"

#include "control/compile/atoms.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <unordered_set>

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

/// Every entry of a segment's lists, as text.
std::unordered_set<std::string>
entries_of(const Config& config, const std::vector<List>& lists, const SegmentSection& segment) {
    std::unordered_set<std::string> entries;
    for (const Located<std::string>& name : segment.lists) {
        const List& list = lists[index_of(config.lists, *name)];
        for (const PrefixEntry& entry : list.prefixes) {
            entries.insert(api::to_text(entry.prefix));
        }
        for (const DomainEntry& entry : list.domains) {
            entries.insert(entry.pattern);
        }
    }
    return entries;
}

/// Two segments with the same entry are no mistake, but which of them a flow belongs to is then a matter of order and ports.
void note_overlaps(const Config& config, const std::vector<List>& lists, Findings& findings) {
    std::vector<std::unordered_set<std::string>> entries;
    for (const SegmentSection& segment : config.segments) {
        entries.push_back(entries_of(config, lists, segment));
        for (size_t other = 0; other + 1 < entries.size(); ++other) {
            std::set<std::string> shared;
            for (const std::string& entry : entries.back()) {
                if (entries[other].contains(entry)) {
                    shared.insert(entry);
                }
            }
            if (!shared.empty()) {
                findings.note(
                    segment.name.at,
                    "segment.lists",
                    fmt::format(
                        "shares {} destinations with segment \"{}\", {} for instance: the first "
                        "rule "
                        "that holds protocol and port decides",
                        shared.size(),
                        *config.segments[other].name,
                        *shared.begin()
                    )
                );
            }
        }
    }
}

}  // namespace

void check_segments(const Config& config, const std::vector<List>& lists, Findings& findings) {
    // Past a few segments the pairs are too many to read about, and to look at on every push.
    constexpr size_t kMostSegments = 16;
    if (config.segments.size() > 1 && config.segments.size() <= kMostSegments) {
        note_overlaps(config, lists, findings);
    }
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
