// SPDX-License-Identifier: Apache-2.0
#include "control/lists/azure_tags.hpp"

#include "control/lists/list_json.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// The prefixes of one tag, or nullptr for something that is none.
const Json* prefixes_of(const Json& tag) {
    if (string_below(tag, "name") == nullptr || !tag.contains("properties")) {
        return nullptr;
    }
    return array_below(tag["properties"], "addressPrefixes");
}

/// A sentence if one of the prefixes is none.
std::string add_tag(const Json& tag, ListBuilder& builder) {
    const std::string& name = *string_below(tag, "name");
    const EntryKind kind{0, builder.intern_part("tag " + name)};
    for (const Json& prefix : *prefixes_of(tag)) {
        const std::string text = prefix.is_string() ? prefix.get<std::string>() : prefix.dump();
        if (!builder.add_prefix(text, kind)) {
            return fmt::format("tag {}: \"{}\" is not a prefix", name, text);
        }
        if (builder.is_full()) {
            return builder.full_complaint();
        }
    }
    return {};
}

}  // namespace

bool read_azure_tags(const std::string& text, ListReport& report, ListBuilder& builder) {
    const auto json = parse_list_json(text, report);
    if (!json) {
        return false;
    }
    const Json* tags = array_below(*json, "values");
    if (tags == nullptr) {
        report.error("is no list of service tags: it has no \"values\"");
        return false;
    }
    std::vector<std::string_view> there;
    for (const Json& tag : *tags) {
        if (prefixes_of(tag) == nullptr) {
            report.error("holds a service tag without a name or without addressPrefixes");
            return false;
        }
        there.emplace_back(*string_below(tag, "name"));
    }
    const LocatedList<std::string>& wanted = report.section().select.tags;
    if (!check_selected(wanted, std::move(there), "tag", "tags", report)) {
        return false;
    }
    if (const auto number = json->find("changeNumber");
        number != json->end() && number->is_number_unsigned()) {
        builder.set_version(number->dump());
    }
    for (const Json& tag : *tags) {
        if (!is_wanted(wanted, *string_below(tag, "name"))) {
            continue;
        }
        if (const std::string complaint = add_tag(tag, builder); !complaint.empty()) {
            report.error(complaint);
            return false;
        }
    }
    return true;
}

}  // namespace egret::control
