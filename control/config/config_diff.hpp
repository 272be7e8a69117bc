// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What is different between two configurations, in the things they speak of: rules, sites, peers, lists, locations, policies;
/// lines, comments and order of keys do not matter.
namespace egret::control {

/// One key of a thing. A list that is not the same tells what was added and removed; with neither, its order changed.
struct KeyChange {
    std::string key;     ///< within the thing, dotted
    std::string before;  ///< as TOML writes it, without quotes; empty and not `was_set`: absent
    std::string after;
    bool was_set = false;
    bool is_set = false;
    bool is_list = false;
    std::vector<std::string> added;
    std::vector<std::string> removed;
};

enum class ThingChange : uint8_t {
    added,
    removed,
    changed,
    moved,  ///< a rule whose place among those that stay is another, and nothing else of it
};

/// One thing that is not the same: an entry of an array ("rule", "peer", ...) or a section ("node", "signaling", ...).
struct ConfigChange {
    std::string section;
    std::string name;  ///< of an entry: its `name`, else its public key or place
    std::string site;  ///< of a peer or node that states one
    ThingChange change = ThingChange::changed;
    std::vector<KeyChange> keys;  ///< all of them where the thing was added or removed
};

/// "added", "removed", "changed", "moved".
[[nodiscard]] std::string_view name_of(ThingChange change) noexcept;

/// Compares two parsed documents (parse_toml). Sections come in the order of the newer one, what was removed at the end.
/// Cost: proportional to both, times a logarithm.
[[nodiscard]] std::vector<ConfigChange> diff_configs(const Value& before, const Value& after);

}  // namespace egret::control
