// SPDX-License-Identifier: Apache-2.0
#include "control/lists/aws.hpp"

#include "control/lists/list_json.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// The two arrays and what each calls its prefix.
struct Family {
    const char* array;
    const char* prefix;
};

constexpr Family kFamilies[] = {
    {"prefixes", "ip_prefix"},
    {"ipv6_prefixes", "ipv6_prefix"},
};

/// What is wrong with the shape of the file; empty if nothing is.
std::string shape_complaint(const Json& json) {
    if (array_below(json, kFamilies[0].array) == nullptr) {
        return "is no list of Amazon's: it has no \"prefixes\"";
    }
    for (const Family& family : kFamilies) {
        const Json* items = array_below(json, family.array);
        for (size_t i = 0; items != nullptr && i < items->size(); ++i) {
            for (const char* key : {family.prefix, "service", "region"}) {
                if (string_below((*items)[i], key) == nullptr) {
                    return fmt::format("{}[{}] has no {}", family.array, i, key);
                }
            }
        }
    }
    return {};
}

/// All values of one key, for what may be selected.
std::vector<std::string_view> values_of(const Json& json, const char* key) {
    std::vector<std::string_view> values;
    for (const Family& family : kFamilies) {
        if (const Json* items = array_below(json, family.array)) {
            for (const Json& item : *items) {
                values.emplace_back(*string_below(item, key));
            }
        }
    }
    return values;
}

/// A sentence if one of the prefixes is none.
std::string add_family(
    const Json& json,
    const Family& family,
    const ListSelection& select,
    ListBuilder& builder
) {
    const Json* items = array_below(json, family.array);
    if (items == nullptr) {
        return {};
    }
    for (const Json& item : *items) {
        const std::string& service = *string_below(item, "service");
        const std::string& region = *string_below(item, "region");
        if (!is_wanted(select.services, service) || !is_wanted(select.regions, region)) {
            continue;
        }
        const EntryKind kind{
            0,
            builder.intern_part(fmt::format("service {} in {}", service, region))};
        const std::string& prefix = *string_below(item, family.prefix);
        if (!builder.add_prefix(prefix, kind)) {
            return fmt::format("\"{}\" is not a prefix", prefix);
        }
        if (builder.is_full()) {
            return builder.full_complaint();
        }
    }
    return {};
}

}  // namespace

bool read_aws(const std::string& text, ListReport& report, ListBuilder& builder) {
    const auto json = parse_list_json(text, report);
    if (!json) {
        return false;
    }
    if (const std::string complaint = shape_complaint(*json); !complaint.empty()) {
        report.error(complaint);
        return false;
    }
    const ListSelection& select = report.section().select;
    const bool have_services =
        check_selected(select.services, values_of(*json, "service"), "service", "services", report);
    const bool have_regions =
        check_selected(select.regions, values_of(*json, "region"), "region", "regions", report);
    if (!have_services || !have_regions) {
        return false;
    }
    if (const std::string* token = string_below(*json, "syncToken")) {
        builder.set_version(*token);
    }
    for (const Family& family : kFamilies) {
        const std::string complaint = add_family(*json, family, select, builder);
        if (!complaint.empty()) {
            report.error(complaint);
            return false;
        }
    }
    return true;
}

}  // namespace egret::control
