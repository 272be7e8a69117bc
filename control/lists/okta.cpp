// SPDX-License-Identifier: Apache-2.0
#include "control/lists/okta.hpp"

#include "control/lists/list_json.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// A sentence if one of the ranges is none.
std::string add_cell(const std::string& name, const Json& ranges, ListBuilder& builder) {
    const EntryKind kind{0, builder.intern_part("cell " + name)};
    for (const Json& range : ranges) {
        const std::string text = range.is_string() ? range.get<std::string>() : range.dump();
        if (!builder.add_prefix(text, kind)) {
            return fmt::format("cell {}: \"{}\" is not a prefix", name, text);
        }
        if (builder.is_full()) {
            return builder.full_complaint();
        }
    }
    return {};
}

}  // namespace

bool read_okta(const std::string& text, ListReport& report, ListBuilder& builder) {
    const auto json = parse_list_json(text, report);
    if (!json) {
        return false;
    }
    if (!json->is_object()) {
        report.error(fmt::format("is JSON of type {}, not an object of cells", json->type_name()));
        return false;
    }
    std::vector<std::string_view> there;
    for (const auto& [name, cell] : json->items()) {
        if (array_below(cell, "ip_ranges") == nullptr) {
            report.error(fmt::format("cell {}: has no ip_ranges", name));
            return false;
        }
        there.emplace_back(name);
    }
    const LocatedList<std::string>& wanted = report.section().select.cells;
    if (!check_selected(wanted, std::move(there), "cell", "cells", report)) {
        return false;
    }
    for (const auto& [name, cell] : json->items()) {
        if (!is_wanted(wanted, name)) {
            continue;
        }
        const std::string complaint = add_cell(name, *array_below(cell, "ip_ranges"), builder);
        if (!complaint.empty()) {
            report.error(complaint);
            return false;
        }
    }
    return true;
}

}  // namespace egret::control
