// SPDX-License-Identifier: Apache-2.0
#include "control/compile/lookup_name.hpp"

#include "control/compile/atoms.hpp"
#include "control/compile/port_set.hpp"
#include "control/lists/domain_pattern.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

struct Found {
    uint16_t rule = api::kNone;
    uint16_t segment = api::kNone;
    const List* list = nullptr;
    const DomainEntry* entry = nullptr;
};

bool is_better(const DomainEntry& entry, const DomainEntry* best) {
    return best == nullptr || specificity(entry.pattern) > specificity(best->pattern);
}

void search_list(
    const SegmentSection& segment,
    const List& list,
    const LookupQuery& query,
    Found& found
) {
    for (const DomainEntry& entry : list.domains) {
        const PortSet ports =
            resolve_ports(segment.tcp_ports, segment.udp_ports, list.ports[entry.ports]);
        if (matches(entry.pattern, query.destination.name) &&
            holds(ports, query.protocol, query.destination.port) && is_better(entry, found.entry)) {
            found.list = &list;
            found.entry = &entry;
        }
    }
}

/// The most specific entry of one segment, or nothing in `entry`.
Found search_segment(const Generation& generation, uint16_t index, const LookupQuery& query) {
    const SegmentSection& segment = generation.config.segments[index];
    Found found;
    found.segment = index;
    for (const Located<std::string>& name : segment.lists) {
        const List& list = generation.lists[index_of(generation.config.lists, *name)];
        search_list(segment, list, query, found);
    }
    return found;
}

bool comes_from(const RuleSection& rule, const api::IpAddress& client) {
    return rule.from.empty() ||
           std::ranges::any_of(rule.from, [&](const Located<api::Prefix>& prefix) {
               return api::contains(*prefix, client);
           });
}

/// A lookup is an untagged packet with code point 0.
bool is_plain(const RuleSection& rule) {
    const auto holds_zero = [](const LocatedList<uint16_t>& numbers) {
        return numbers.empty() ||
               std::ranges::any_of(numbers, [](const auto& number) { return *number == 0; });
    };
    return holds_zero(rule.vlans) && holds_zero(rule.dscp);
}

Found search_rules(const Generation& generation, const LookupQuery& query) {
    const Config& config = generation.config;
    for (size_t index = 0; index < config.rules.size(); ++index) {
        const RuleSection& rule = config.rules[index];
        if (!rule.in_force) {
            continue;
        }
        if (!comes_from(rule, query.from) || !is_plain(rule)) {
            continue;
        }
        for (const Located<std::string>& name : rule.segments) {
            Found found = search_segment(generation, index_of(config.segments, *name), query);
            if (found.entry != nullptr) {
                found.rule = static_cast<uint16_t>(index);
                return found;
            }
        }
    }
    return {};
}

Found search_all_segments(const Generation& generation, const LookupQuery& query) {
    for (size_t index = 0; index < generation.config.segments.size(); ++index) {
        const Found found = search_segment(generation, static_cast<uint16_t>(index), query);
        if (found.entry != nullptr) {
            return found;
        }
    }
    return {};
}

}  // namespace

LookupResult look_up_name(const Generation& generation, const LookupQuery& query) {
    const bool is_edge = generation.tables.role == api::Role::edge;
    const Found found =
        is_edge ? search_all_segments(generation, query) : search_rules(generation, query);
    LookupResult result;
    if (found.entry == nullptr) {
        result.verdict = is_edge ? api::Verdict::drop : api::Verdict::direct;
        result.reason = fmt::format(
            "{}: no list within reach holds this name with this protocol and port; names are "
            "looked "
            "up in domains only, never resolved.",
            query.destination.name
        );
        return result;
    }
    result.verdict = is_edge ? api::Verdict::tunnel : *generation.config.rules[found.rule].action;
    result.rule = found.rule;
    result.segment = found.segment;
    result.source = {found.list->name, found.entry->pattern, found.list->parts[found.entry->part]};
    result.confidence = "dns";
    result.reason = fmt::format(
        "{}: this is what its name would give; choosing by name is not active yet, so today the "
        "address decides.",
        query.destination.name
    );
    return result;
}

}  // namespace egret::control
