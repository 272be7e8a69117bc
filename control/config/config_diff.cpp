// SPDX-License-Identifier: Apache-2.0
#include "control/config/config_diff.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace egret::control {
namespace {

std::string text_of(const Value& value) {
    switch (value.kind) {
        case Kind::integer:
            return std::to_string(value.integer);
        case Kind::number:
            return fmt::format("{}", value.number);
        case Kind::boolean:
            return value.boolean ? "true" : "false";
        case Kind::array: {
            std::string text;
            for (const Value& item : value.items) {
                text += (text.empty() ? "" : ", ") + text_of(item);
            }
            return "[" + text + "]";
        }
        case Kind::table: {
            std::string text;
            for (const Member& member : value.members) {
                text += (text.empty() ? "" : ", ") + member.key + " = " + text_of(member.value);
            }
            return "{" + text + "}";
        }
        case Kind::text:
        case Kind::time:
            break;
    }
    return value.text;
}

bool is_array_of_tables(const Value& value) {
    return value.kind == Kind::array && !value.items.empty() &&
           value.items.front().kind == Kind::table;
}

/// The keys of a thing with dotted names, tables within it opened.
using Keys = std::map<std::string, const Value*>;

void collect(const Value& table, const std::string& prefix, Keys& keys) {
    for (const Member& member : table.members) {
        const std::string name = prefix + member.key;
        if (member.value.kind == Kind::table) {
            collect(member.value, name + ".", keys);
        } else {
            keys[name] = &member.value;
        }
    }
}

Keys keys_of(const Value* table) {
    Keys keys;
    if (table != nullptr) {
        collect(*table, "", keys);
    }
    return keys;
}

std::vector<std::string> sorted_items(const Value& list) {
    std::vector<std::string> items;
    for (const Value& item : list.items) {
        items.push_back(text_of(item));
    }
    std::ranges::sort(items);
    return items;
}

/// Nothing if the values are the same.
std::optional<KeyChange> compare(const std::string& name, const Value* before, const Value* after) {
    KeyChange change{
        .key = name,
        .before = before != nullptr ? text_of(*before) : std::string(),
        .after = after != nullptr ? text_of(*after) : std::string(),
        .was_set = before != nullptr,
        .is_set = after != nullptr,
        .added = {},
        .removed = {},
    };
    if (change.was_set == change.is_set && change.before == change.after) {
        return std::nullopt;
    }
    static const Value kNone;
    const Value& old_value = before != nullptr ? *before : kNone;
    const Value& new_value = after != nullptr ? *after : kNone;
    change.is_list = old_value.kind == Kind::array || new_value.kind == Kind::array;
    if (change.is_list) {
        const auto old_items = sorted_items(old_value);
        const auto new_items = sorted_items(new_value);
        std::ranges::set_difference(new_items, old_items, std::back_inserter(change.added));
        std::ranges::set_difference(old_items, new_items, std::back_inserter(change.removed));
    }
    return change;
}

std::vector<KeyChange> compare_keys(const Value* before, const Value* after) {
    const Keys old_keys = keys_of(before);
    const Keys new_keys = keys_of(after);
    std::vector<KeyChange> changes;
    const auto find = [](const Keys& keys, const std::string& name) {
        const auto found = keys.find(name);
        return found == keys.end() ? nullptr : found->second;
    };
    const auto add = [&](const std::string& name) {
        if (auto change = compare(name, find(old_keys, name), find(new_keys, name))) {
            changes.push_back(std::move(*change));
        }
    };
    for (const auto& [name, value] : new_keys) {
        add(name);
    }
    for (const auto& [name, value] : old_keys) {
        if (!new_keys.contains(name)) {
            add(name);
        }
    }
    return changes;
}

std::string text_at(const Value* table, std::string_view key) {
    const Value* value = table != nullptr ? table->find(key) : nullptr;
    return value != nullptr && value->kind == Kind::text ? value->text : std::string();
}

/// What an entry is known by from one configuration to the next.
std::string name_of_entry(const Value& entry, size_t place) {
    for (const char* key : {"name", "public_key"}) {
        if (std::string name = text_at(&entry, key); !name.empty()) {
            return name;
        }
    }
    return fmt::format("number {}", place + 1);
}

using Entries = std::vector<std::pair<std::string, const Value*>>;

Entries entries_of(const Value* array) {
    Entries entries;
    if (array != nullptr && array->kind == Kind::array) {
        for (size_t i = 0; i < array->items.size(); ++i) {
            entries.emplace_back(name_of_entry(array->items[i], i), &array->items[i]);
        }
    }
    return entries;
}

using Places = std::map<std::string, size_t>;

/// The place of each entry among those `others` has too.
Places places_among(const Entries& entries, const Places& others) {
    Places places;
    for (const auto& [name, entry] : entries) {
        if (others.contains(name)) {
            places.emplace(name, places.size());
        }
    }
    return places;
}

Places all_places(const Entries& entries) {
    Places places;
    for (size_t i = 0; i < entries.size(); ++i) {
        places.emplace(entries[i].first, i);
    }
    return places;
}

ConfigChange thing(
    const std::string& section,
    const std::string& name,
    const Value* before,
    const Value* after
) {
    ConfigChange change{.section = section, .name = name, .site = {}, .keys = {}};
    change.site = text_at(after != nullptr ? after : before, "site");
    change.change = before == nullptr  ? ThingChange::added
                    : after == nullptr ? ThingChange::removed
                                       : ThingChange::changed;
    change.keys = compare_keys(before, after);
    return change;
}

void diff_arrays(
    const std::string& section,
    const Value* before,
    const Value* after,
    std::vector<ConfigChange>& changes
) {
    const Entries old_entries = entries_of(before);
    const Entries new_entries = entries_of(after);
    const Places old_all = all_places(old_entries);
    const Places new_all = all_places(new_entries);
    const Places old_places = places_among(old_entries, new_all);
    const Places new_places = places_among(new_entries, old_all);
    for (const auto& [name, entry] : new_entries) {
        const auto old_place = old_all.find(name);
        const Value* old_entry =
            old_place == old_all.end() ? nullptr : old_entries[old_place->second].second;
        ConfigChange change = thing(section, name, old_entry, entry);
        // The first rule that matches wins: nowhere else does the order say anything.
        const bool has_moved =
            section == "rule" && old_entry != nullptr && old_places.at(name) != new_places.at(name);
        if (has_moved && change.keys.empty()) {
            change.change = ThingChange::moved;
        }
        if (has_moved) {
            change.keys.push_back({
                .key = "place",
                .before = std::to_string(old_all.at(name) + 1),
                .after = std::to_string(new_all.at(name) + 1),
                .was_set = true,
                .is_set = true,
                .added = {},
                .removed = {},
            });
        }
        if (!change.keys.empty() || old_entry == nullptr) {
            changes.push_back(std::move(change));
        }
    }
    for (const auto& [name, entry] : old_entries) {
        if (!new_all.contains(name)) {
            changes.push_back(thing(section, name, entry, nullptr));
        }
    }
}

void diff_members(
    const std::string& section,
    const Value* before,
    const Value* after,
    std::vector<ConfigChange>& changes
) {
    const bool are_entries = (before != nullptr && is_array_of_tables(*before)) ||
                             (after != nullptr && is_array_of_tables(*after));
    if (are_entries) {
        diff_arrays(section, before, after, changes);
        return;
    }
    ConfigChange change{.section = section, .name = {}, .site = {}, .keys = {}};
    const bool is_section = (before != nullptr && before->kind == Kind::table) ||
                            (after != nullptr && after->kind == Kind::table);
    if (is_section) {
        change = thing(section, "", before, after);
    } else if (auto key = compare(section, before, after)) {
        change.section.clear();
        change.keys.push_back(std::move(*key));
    }
    if (!change.keys.empty()) {
        changes.push_back(std::move(change));
    }
}

}  // namespace

std::string_view name_of(ThingChange change) noexcept {
    constexpr std::array<std::string_view, 4> kNames{"added", "removed", "changed", "moved"};
    return kNames.at(static_cast<size_t>(change));
}

std::vector<ConfigChange> diff_configs(const Value& before, const Value& after) {
    std::vector<ConfigChange> changes;
    for (const Member& member : after.members) {
        diff_members(member.key, before.find(member.key), &member.value, changes);
    }
    for (const Member& member : before.members) {
        if (after.find(member.key) == nullptr) {
            diff_members(member.key, &member.value, nullptr, changes);
        }
    }
    return changes;
}

}  // namespace egret::control
