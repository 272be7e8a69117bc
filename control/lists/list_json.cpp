// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_json.hpp"

#include "control/config/bounded_json.hpp"
#include "control/config/suggest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// "it has a, b and 20 more"
std::string there_are(const std::vector<std::string_view>& names) {
    constexpr size_t kMaxNamed = 32;
    const size_t n_named = std::min(names.size(), kMaxNamed);
    const std::vector<std::string_view> first(
        names.begin(),
        names.begin() + static_cast<ptrdiff_t>(n_named)
    );
    return fmt::format(
        "it has {}{}",
        fmt::join(first, ", "),
        n_named < names.size() ? fmt::format(" and {} more", names.size() - n_named) : ""
    );
}

}  // namespace

std::optional<Json> parse_list_json(const std::string& text, ListReport& report) {
    auto json = parse_bounded_json(text, {kMaxListDepth, kMaxListValues});
    if (!json) {
        report.error(json.error());
        return std::nullopt;
    }
    return std::move(*json);
}

const std::string* string_below(const Json& object, const char* key) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get_ptr<const std::string*>()
                                                       : nullptr;
}

const Json* array_below(const Json& object, const char* key) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_array() ? &*found : nullptr;
}

bool is_wanted(const LocatedList<std::string>& wanted, std::string_view name) {
    return wanted.empty() || std::ranges::any_of(wanted, [&](const Located<std::string>& one) {
               return *one == name;
           });
}

bool check_selected(
    const LocatedList<std::string>& wanted,
    std::vector<std::string_view> there,
    std::string_view what,
    std::string_view key,
    ListReport& report
) {
    std::ranges::sort(there);
    there.erase(std::unique(there.begin(), there.end()), there.end());
    bool all_exist = true;
    for (const Located<std::string>& name : wanted) {
        if (std::ranges::binary_search(there, std::string_view(*name))) {
            continue;
        }
        report.error_at(
            name.at,
            fmt::format("list.select.{}", key),
            fmt::format(
                "has no {} \"{}\"{}; {}",
                what,
                *name,
                did_you_mean(*name, there),
                there_are(there)
            )
        );
        all_exist = false;
    }
    return all_exist;
}

}  // namespace egret::control
