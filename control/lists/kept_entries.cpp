// SPDX-License-Identifier: Apache-2.0
#include "control/lists/kept_entries.hpp"

#include "control/config/scalars.hpp"
#include "control/lists/list_builder.hpp"
#include "control/lists/shrink_guard.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>

namespace egret::control {
namespace {

bool is_over(const KeptEntry& kept, uint64_t keep_ns, uint64_t now_ns) {
    return now_ns > kept.gone_ns && now_ns - kept.gone_ns >= keep_ns;
}

/// "2026-11-20"
std::string day_of(uint64_t ns) {
    constexpr uint64_t kNsPerSecond = 1'000'000'000;
    const auto seconds = static_cast<time_t>(ns / kNsPerSecond);
    tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

/// The place of an item in a list's table, put at its end if it is new.
template <class Item>
uint16_t intern(std::vector<Item>& items, const Item& item) {
    const auto found = std::ranges::find(items, item);
    const auto index = found - items.begin();
    if (found == items.end()) {
        items.push_back(item);
    }
    return static_cast<uint16_t>(index);
}

/// As a list of its own, so that it can be held against another; `when` counts only what is within
/// its time.
List list_of(const std::vector<KeptEntry>& kept) {
    List list;
    list.ports.emplace_back();
    list.parts.emplace_back();
    for (const KeptEntry& entry : kept) {
        if (const auto prefix = api::parse_prefix(entry.text)) {
            list.prefixes.push_back({api::masked(*prefix)});
        } else if (auto domain = parse_domain(entry.text)) {
            list.domains.push_back({std::move(*domain)});
        }
    }
    return list;
}

bool is_in(const ListChange& missing, const KeptEntry& kept) {
    if (const auto prefix = api::parse_prefix(kept.text)) {
        return std::ranges::find(missing.prefixes, api::masked(*prefix), &PrefixEntry::prefix) !=
               missing.prefixes.end();
    }
    return std::ranges::find(missing.domains, kept.text, &DomainEntry::pattern) !=
           missing.domains.end();
}

}  // namespace

std::vector<KeptEntry> kept_after(
    const std::vector<KeptEntry>& kept,
    const List& before,
    const List& after,
    uint64_t gone_ns
) {
    std::vector<KeptEntry> next;
    const ListChange still_missing = entries_missing_in(after, list_of(kept));
    for (const KeptEntry& entry : kept) {
        if (is_in(still_missing, entry)) {
            next.push_back(entry);
        }
    }
    const ListChange gone = entries_missing_in(after, before);
    for (const PrefixEntry& entry : gone.prefixes) {
        next.push_back(
            {api::to_text(entry.prefix),
             before.parts[entry.part],
             before.ports[entry.ports],
             gone_ns}
        );
    }
    for (const DomainEntry& entry : gone.domains) {
        next.push_back({entry.pattern, before.parts[entry.part], before.ports[entry.ports], gone_ns}
        );
    }
    return next;
}

bool let_go(std::vector<KeptEntry>& kept, uint64_t keep_ns, uint64_t now_ns) {
    return std::erase_if(kept, [&](const KeptEntry& entry) {
               return is_over(entry, keep_ns, now_ns);
           }) != 0;
}

void add_kept(const std::vector<KeptEntry>& kept, uint64_t keep_ns, uint64_t now_ns, List& list) {
    for (const KeptEntry& entry : kept) {
        const bool is_full = list.prefixes.size() + list.domains.size() >= kMaxListEntries ||
                             list.parts.size() >= kMaxListKinds ||
                             list.ports.size() >= kMaxListKinds;
        if (is_full || is_over(entry, keep_ns, now_ns)) {
            continue;
        }
        const std::string part = fmt::format(
            "{}{}removed {}",
            entry.part,
            entry.part.empty() ? "" : ", ",
            day_of(entry.gone_ns)
        );
        const uint16_t ports = intern(list.ports, entry.ports);
        const uint16_t part_index = intern(list.parts, part);
        if (const auto prefix = api::parse_prefix(entry.text)) {
            list.prefixes.push_back({api::masked(*prefix), ports, part_index});
        } else if (auto domain = parse_domain(entry.text)) {
            list.domains.push_back({std::move(*domain), ports, part_index});
        }
    }
}

}  // namespace egret::control
