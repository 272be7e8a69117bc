// SPDX-License-Identifier: Apache-2.0
#include "control/lists/auth0.hpp"

#include "control/lists/list_json.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// Adds the addresses below `key`, which may be missing; a sentence if one of them is none.
std::string
add_region(const std::string& name, const Json& region, const char* key, ListBuilder& builder) {
    const Json* ranges = array_below(region, key);
    if (ranges == nullptr) {
        return {};
    }
    const EntryKind kind{0, builder.intern_part("region " + name)};
    for (const Json& range : *ranges) {
        const std::string text = range.is_string() ? range.get<std::string>() : range.dump();
        if (!builder.add_prefix(text, kind)) {
            return fmt::format("region {}: \"{}\" is not a prefix", name, text);
        }
        if (builder.is_full()) {
            return builder.full_complaint();
        }
    }
    return {};
}

const Json* regions_of(const Json& json) {
    if (!json.is_object()) {
        return nullptr;
    }
    const auto found = json.find("regions");
    return found != json.end() && found->is_object() ? &*found : nullptr;
}

}  // namespace

bool read_auth0(const std::string& text, ListReport& report, ListBuilder& builder) {
    const auto json = parse_list_json(text, report);
    if (!json) {
        return false;
    }
    const Json* regions = regions_of(*json);
    if (regions == nullptr) {
        report.error("is no list of Auth0's: it has no \"regions\"");
        return false;
    }
    std::vector<std::string_view> there;
    for (const auto& [name, region] : regions->items()) {
        there.emplace_back(name);
    }
    const LocatedList<std::string>& wanted = report.section().select.regions;
    if (!check_selected(wanted, std::move(there), "region", "regions", report)) {
        return false;
    }
    if (const std::string* updated = string_below(*json, "last_updated_at")) {
        builder.set_version(*updated);
    }
    for (const auto& [name, region] : regions->items()) {
        for (const char* key : {"ipv4_cidrs", "ipv6_cidrs"}) {
            if (!is_wanted(wanted, name)) {
                continue;
            }
            const std::string complaint = add_region(name, region, key, builder);
            if (!complaint.empty()) {
                report.error(complaint);
                return false;
            }
        }
    }
    return true;
}

}  // namespace egret::control
