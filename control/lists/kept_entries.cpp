// SPDX-License-Identifier: Apache-2.0
#include "control/lists/kept_entries.hpp"

#include "control/config/scalars.hpp"
#include "control/lists/list_builder.hpp"
#include "control/lists/shrink_guard.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <unordered_map>

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

/// Places of items in a list's table: those it has, and those put at its end.
template <class Item, class Index>
class Interned {
  public:
    explicit Interned(std::vector<Item>& items)
        : items_(items) {
        for (size_t i = 0; i < items.size(); ++i) {
            indexes_.try_emplace(items[i], static_cast<uint16_t>(i));
        }
    }

    uint16_t index_of(const Item& item) {
        const auto next = static_cast<uint16_t>(items_.size());
        const auto [found, is_new] = indexes_.try_emplace(item, next);
        if (is_new) {
            items_.push_back(item);
        }
        return found->second;
    }

  private:
    std::vector<Item>& items_;
    Index indexes_;
};

bool is_back(const HeldEntries& now, const KeptEntry& kept) {
    const auto prefix = api::parse_prefix(kept.text);
    return prefix ? now.holds(api::masked(*prefix)) : now.holds(kept.text);
}

}  // namespace

std::vector<KeptEntry> kept_after(
    const std::vector<KeptEntry>& kept,
    const List& before,
    const List& after,
    uint64_t gone_ns
) {
    std::vector<KeptEntry> next;
    const HeldEntries held(after);
    for (const KeptEntry& entry : kept) {
        if (!is_back(held, entry)) {
            next.push_back(entry);
        }
    }
    const ListEntries gone = entries_missing_in(after, before);
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
    Interned<EntryPorts, std::map<EntryPorts, uint16_t>> ports(list.ports);
    Interned<std::string, std::unordered_map<std::string, uint16_t>> parts(list.parts);
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
        const uint16_t ports_index = ports.index_of(entry.ports);
        const uint16_t part_index = parts.index_of(part);
        if (const auto prefix = api::parse_prefix(entry.text)) {
            list.prefixes.push_back({api::masked(*prefix), ports_index, part_index});
        } else if (auto domain = parse_domain(entry.text)) {
            list.domains.push_back({std::move(*domain), ports_index, part_index});
        }
    }
}

}  // namespace egret::control
