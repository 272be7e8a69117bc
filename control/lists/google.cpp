// SPDX-License-Identifier: Apache-2.0
#include "control/lists/google.hpp"

#include "control/lists/list_json.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

using Json = nlohmann::json;

/// `cloud.json` says whose and where, `goog.json` does not.
EntryKind kind_of(const Json& item, ListBuilder& builder) {
    const std::string* service = string_below(item, "service");
    const std::string* scope = string_below(item, "scope");
    if (service == nullptr || scope == nullptr) {
        return {};
    }
    return {0, builder.intern_part(fmt::format("{} {}", *service, *scope))};
}

}  // namespace

bool read_google(const std::string& text, ListReport& report, ListBuilder& builder) {
    const auto json = parse_list_json(text, report);
    if (!json) {
        return false;
    }
    const Json* items = array_below(*json, "prefixes");
    if (items == nullptr) {
        report.error("is no list of Google's: it has no \"prefixes\"");
        return false;
    }
    if (const std::string* token = string_below(*json, "syncToken")) {
        builder.set_version(*token);
    }
    for (const Json& item : *items) {
        const std::string* ipv4 = string_below(item, "ipv4Prefix");
        const std::string* prefix = ipv4 != nullptr ? ipv4 : string_below(item, "ipv6Prefix");
        if (prefix == nullptr) {
            report.error("holds an entry without ipv4Prefix or ipv6Prefix");
            return false;
        }
        if (!builder.add_prefix(*prefix, kind_of(item, builder))) {
            report.error(fmt::format("\"{}\" is not a prefix", *prefix));
            return false;
        }
        if (builder.is_full()) {
            report.error(builder.full_complaint());
            return false;
        }
    }
    return true;
}

}  // namespace egret::control
