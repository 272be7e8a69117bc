// SPDX-License-Identifier: Apache-2.0
#include "control/lists/apply_minus.hpp"

#include "control/lists/list_builder.hpp"
#include "control/lists/prefix_set.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

PrefixSet named_addresses(const LocatedList<std::string>& names, const std::vector<List>& lists) {
    std::vector<api::Prefix> prefixes;
    for (const Located<std::string>& name : names) {
        const auto list = std::ranges::find(lists, *name, &List::name);
        for (size_t i = 0; list != lists.end() && i < list->prefixes.size(); ++i) {
            prefixes.push_back(list->prefixes[i].prefix);
        }
    }
    return PrefixSet(std::move(prefixes));
}

/// False if more would be left than a list may hold.
bool subtract(const PrefixSet& taken, std::vector<PrefixEntry>& prefixes) {
    std::vector<PrefixEntry> left;
    for (const PrefixEntry& entry : prefixes) {
        for (const api::Prefix& rest : taken.missing_from(entry.prefix)) {
            left.push_back({rest, entry.ports, entry.part});
        }
        if (left.size() > kMaxListEntries) {
            return false;
        }
    }
    prefixes = std::move(left);
    return true;
}

}  // namespace

void apply_minus(const Config& config, std::vector<List>& lists, Findings& findings) {
    for (size_t i = 0; i < lists.size(); ++i) {
        const ListSection& section = config.lists[i];
        if (section.minus.empty() || lists[i].prefixes.empty()) {
            continue;
        }
        // Lists named in a minus have none themselves, so the order does not matter.
        const PrefixSet taken = named_addresses(section.minus, lists);
        if (!subtract(taken, lists[i].prefixes) || !subtract(taken, lists[i].waiting.prefixes)) {
            findings.error(
                section.minus.front().at,
                "list.minus",
                fmt::format("leaves more than {} prefixes", kMaxListEntries)
            );
        } else if (lists[i].prefixes.empty() && lists[i].domains.empty()) {
            findings.error(section.minus.front().at, "list.minus", "leaves nothing of the list");
        }
    }
}

}  // namespace egret::control
