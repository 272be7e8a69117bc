// SPDX-License-Identifier: Apache-2.0
#include "control/records/list_records.hpp"

#include "control/config/choices.hpp"
#include "control/config/list_formats.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

bool names(const LocatedList<std::string>& references, const std::string& name) {
    return std::ranges::any_of(references, [&](const Located<std::string>& reference) {
        return *reference == name;
    });
}

Json when_json(uint64_t ns) {
    return ns == 0 ? Json(nullptr) : Json(time_text(ns));
}

std::string
state_of(const ListSection& section, const List* list, const std::optional<ListCopy>& copy) {
    if (*section.format == ListFormat::inline_entries) {
        return "own";
    }
    if (list == nullptr) {
        return "missing";
    }
    if (copy && !copy->rejected_hash.empty()) {
        return "rolled-back";
    }
    return copy && !copy->problem.empty() ? "old" : "good";
}

Json ports_json(const EntryPorts& ports, const std::vector<PortRange>& ranges) {
    if (!ports.stated) {
        return nullptr;
    }
    Json list = Json::array();
    for (const PortRange& range : ranges) {
        list.push_back(
            range.first == range.last ? fmt::format("{}", range.first)
                                      : fmt::format("{}-{}", range.first, range.last)
        );
    }
    return list;
}

Json entry_record(
    const List& list,
    const std::string& entry,
    EntryPorts ports,
    uint16_t part,
    const ComingDays& days
) {
    const auto day = days.find(entry);
    return Json{
        {"entry", entry},
        {"part", text_json(list.parts[part])},
        {"tcp_ports", ports_json(ports, ports.tcp)},
        {"udp_ports", ports_json(ports, ports.udp)},
        {"from", day != days.end() ? Json(day->second) : Json(nullptr)},
    };
}

size_t size_of(const ListEntries& change) {
    return change.prefixes.size() + change.domains.size();
}

Json entries_json(const List& list, const ListEntries& change, const ComingDays& days) {
    Json entries = Json::array();
    const size_t n_prefixes = std::min(change.prefixes.size(), kMaxShownChanges);
    for (size_t i = 0; i < n_prefixes; ++i) {
        entries.push_back(entry_json(list, change.prefixes[i], days));
    }
    const size_t n_domains = std::min(change.domains.size(), kMaxShownChanges - n_prefixes);
    for (size_t i = 0; i < n_domains; ++i) {
        entries.push_back(entry_json(list, change.domains[i], days));
    }
    return entries;
}

/// The segments a list is part of, each with the rules that say what becomes of it.
Json segments_json(const Config& config, const std::string& list) {
    Json segments = Json::array();
    for (const SegmentSection& segment : config.segments) {
        if (!names(segment.lists, list)) {
            continue;
        }
        Json rules = Json::array();
        for (const RuleSection& rule : config.rules) {
            if (names(rule.segments, *segment.name)) {
                rules.push_back(
                    Json{{"rule", *rule.name}, {"verdict", spelling_of(kVerdicts, *rule.action)}}
                );
            }
        }
        segments.push_back(Json{{"segment", *segment.name}, {"rules", rules}});
    }
    return segments;
}

}  // namespace

ComingDays coming_days(const std::optional<ListCopy>& copy) {
    ComingDays days;
    for (size_t i = 0; copy && i < copy->coming.size(); ++i) {
        days.emplace(copy->coming[i].text, copy->coming[i].date);
    }
    return days;
}

Json entry_json(const List& list, const PrefixEntry& entry, const ComingDays& days) {
    return entry_record(
        list,
        api::to_text(entry.prefix),
        list.ports[entry.ports],
        entry.part,
        days
    );
}

Json entry_json(const List& list, const DomainEntry& entry, const ComingDays& days) {
    return entry_record(list, entry.pattern, list.ports[entry.ports], entry.part, days);
}

Json list_json(
    const Config& config,
    const ListSection& section,
    const List* list,
    const std::optional<ListCopy>& copy
) {
    const ListFormatTraits* traits = find_list_format(*section.format);
    const ListCopy known = copy.value_or(ListCopy{});
    return Json{
        {"list", *section.name},
        {"format", traits != nullptr ? Json(traits->name) : Json(nullptr)},
        {"source", text_json(*section.source)},
        {"state", state_of(section, list, copy)},
        {"prefixes", list != nullptr ? Json(list->prefixes.size()) : Json(nullptr)},
        {"domains", list != nullptr ? Json(list->domains.size()) : Json(nullptr)},
        {"kept", known.kept.size()},
        {"waiting", list != nullptr ? size_of(list->waiting) : 0},
        {"version", text_json(list != nullptr ? list->origin.version : known.version)},
        {"fetched", when_json(known.fetched_ns)},
        {"checked", when_json(known.checked_ns)},
        {"hash", text_json(known.hash)},
        {"problem", text_json(known.problem)},
        {"problem_time", when_json(known.problem_ns)},
        {"segments", segments_json(config, *section.name)},
    };
}

Json list_diff_json(
    const Config& config,
    const ListSection& section,
    const ListVersions& versions,
    const List& used,
    const ComingDays& days
) {
    const auto& [before, after] = versions;
    const ListEntries added = entries_missing_in(before, after);
    const ListEntries removed = entries_missing_in(after, before);
    return Json{
        {"list", *section.name},
        {"segments", segments_json(config, *section.name)},
        {"n_added", size_of(added)},
        {"n_removed", size_of(removed)},
        {"n_waiting", size_of(used.waiting)},
        {"added", entries_json(after, added, days)},
        {"removed", entries_json(before, removed, days)},
        {"waiting", entries_json(used, used.waiting, days)},
    };
}

}  // namespace egret::control
