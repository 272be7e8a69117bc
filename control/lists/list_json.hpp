// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/lists/list_report.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the formats made of JSON have in common.
namespace egret::control {

/// Deepest nesting and most values of a list file. The largest that is published (Azure's) nests 5
/// deep; the rest is room, and what keeps 32 MiB of brackets from becoming gigabytes.
inline constexpr size_t kMaxListDepth = 16;
inline constexpr size_t kMaxListValues = 4'000'000;

/// Parses `text` within those limits. Nothing after an error in `report`.
[[nodiscard]] std::optional<nlohmann::json>
parse_list_json(const std::string& text, ListReport& report);

/// The string below `key`, or nullptr.
[[nodiscard]] const std::string* string_below(const nlohmann::json& object, const char* key);

/// The array below `key`, or nullptr.
[[nodiscard]] const nlohmann::json* array_below(const nlohmann::json& object, const char* key);

/// True if `wanted` is empty or holds `name`.
[[nodiscard]] bool is_wanted(const LocatedList<std::string>& wanted, std::string_view name);

/// Reports each of `wanted` that is not in `there` (in any order, with repetitions): a name that
/// vanished would silently empty a segment. `what` is one of them ("cell"), `key` that of `select`.
/// False if any is missing.
[[nodiscard]] bool check_selected(
    const LocatedList<std::string>& wanted,
    std::vector<std::string_view> there,
    std::string_view what,
    std::string_view key,
    ListReport& report
);

}  // namespace egret::control
