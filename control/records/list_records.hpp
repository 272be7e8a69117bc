// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/lists/copied_list.hpp"
#include "control/lists/entry.hpp"
#include "control/lists/shrink_guard.hpp"
#include "control/records/json.hpp"

#include <optional>
#include <string_view>
#include <unordered_map>

/// What `egret lists` shows of lists.
namespace egret::control {

/// One list: what it is made of, where from, how old, and what is wrong. `list` may be nullptr where there
/// is none to be used. `state` is "own" (written in the configuration), "good", "old" (the newest look
/// failed, the copy before counts), "rolled-back" (by hand, to the copy before) or "missing"; `kept` and
/// `waiting` count what is used beyond the copy and what of it is held.
[[nodiscard]] Json list_json(
    const Config& config,
    const ListSection& section,
    const List* list,
    const std::optional<ListCopy>& copy
);

/// When what a copy lists ahead of time will be used, by entry. The copy must outlive it.
using ComingDays = std::unordered_map<std::string_view, std::string_view>;
[[nodiscard]] ComingDays coming_days(const std::optional<ListCopy>& copy);

/// One entry of a list: `entry`, `part`, `tcp_ports`, `udp_ports` (null: the segment's), `from` (the day an
/// addition is used from; null if that is not known).
[[nodiscard]] Json entry_json(const List& list, const PrefixEntry& entry, const ComingDays& days);
[[nodiscard]] Json entry_json(const List& list, const DomainEntry& entry, const ComingDays& days);

/// Most entries of either kind a comparison names one by one.
inline constexpr size_t kMaxShownChanges = 10'000;

/// What a list loses and gains, and for whom: `list`, `segments` with their rules and verdicts, `n_added`,
/// `n_removed`, `n_waiting` (what is held of the list as it is used), and of each the first kMaxShownChanges
/// as `added`, `removed` and `waiting`.
[[nodiscard]] Json list_diff_json(
    const Config& config,
    const ListSection& section,
    const ListVersions& versions,
    const List& used,
    const ComingDays& days
);

}  // namespace egret::control
