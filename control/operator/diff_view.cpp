// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/views.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// Items of a list told one by one before the rest is only counted.
constexpr size_t kMaxItems = 6;

std::string items_text(const Json& items, char sign) {
    std::string text;
    for (size_t i = 0; i < items.size() && i < kMaxItems; ++i) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", sign, plain_text(items[i]));
    }
    if (items.size() > kMaxItems) {
        text += fmt::format(", {} {} more", sign, items.size() - kMaxItems);
    }
    return text;
}

std::string value_text(const Json& value) {
    return value.is_null() ? "(not set)" : plain_text(value);
}

std::string key_text(const Json& key, std::string_view change) {
    const std::string name = plain_text(member(key, "key"));
    const Json& added = member(key, "added");
    const Json& removed = member(key, "removed");
    if (change == "added" || change == "removed") {
        return name + " " + plain_text(member(key, change == "added" ? "after" : "before"));
    }
    if (!added.is_array()) {
        return fmt::format(
            "{} {} -> {}",
            name,
            value_text(member(key, "before")),
            value_text(member(key, "after"))
        );
    }
    if (added.empty() && removed.empty()) {
        return name + " in another order";
    }
    const bool has_both = !added.empty() && !removed.empty();
    return name + " " + items_text(added, '+') + (has_both ? ", " : "") + items_text(removed, '-');
}

}  // namespace

std::string diff_view(const Records& changes) {
    std::string text;
    for (const Json& change : changes) {
        const std::string kind = plain_text(member(change, "change"));
        const std::string name = plain_text(member(change, "name"));
        const std::string site = plain_text(member(change, "site"));
        std::string line = plain_text(member(change, "section"));
        line += name.empty() ? "" : (line.empty() ? "" : " ") + name;
        line += site.empty() || site == name ? "" : " (site " + site + ")";
        line += kind == "changed" ? "" : " " + kind;
        std::string keys;
        for (const Json& key : member(change, "keys")) {
            if (plain_text(member(key, "key")) != "name") {
                keys += (keys.empty() ? "" : "; ") + key_text(key, kind);
            }
        }
        text += line + (line.empty() || keys.empty() ? "" : ": ") + keys + "\n";
    }
    return text.empty() ? "nothing is different\n" : text;
}

}  // namespace egret::control
