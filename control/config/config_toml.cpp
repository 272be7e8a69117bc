// SPDX-License-Identifier: Apache-2.0
// The one file that knows toml++. Header-only, because Debian's shared library exports only the
// interface that throws.
//
// Some of toml++ 3.3.0's assertions fail on bad input, not on mistakes of its own: the header "[!]"
// ends a debug build and is undefined behaviour in an optimised one by clang. Switched off in every
// build, the checks behind them report an error.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(condition) static_assert(true)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "control/config/config_toml.hpp"
#include "control/config/prescan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <malloc.h>
#include <tuple>

namespace egret::control {
namespace {

SourceLocation location_of(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
}

Value to_value(toml::node& node);

/// toml++ sorts members by name; the file's order is that of their keys' places.
std::vector<Member> to_members(toml::table& table) {
    std::vector<Member> members;
    members.reserve(table.size());
    for (auto&& [key, node] : table) {
        members.push_back({std::string(key.str()), location_of(key.source()), to_value(node)});
    }
    std::ranges::sort(members, {}, [](const Member& member) {
        return std::tuple(member.at.line, member.at.column);
    });
    return members;
}

/// Leaves nothing of it in the document, whose values are large: of two copies of a long list, one is enough. From the back,
/// each node going as its value comes; what a long array leaves free goes back to the system at once.
std::vector<Value> to_items(toml::array& array) {
    constexpr size_t kLong = 1024;
    std::vector<Value> items(array.size());
    for (size_t i = items.size(); i-- > 0;) {
        items[i] = to_value(*array.get(i));
        array.pop_back();
    }
    if (items.size() >= kLong) {
        malloc_trim(0);
    }
    array.clear();
    array.shrink_to_fit();
    return items;
}

/// Recurses at most as deep as the scan before parsing allows. What it has converted is gone from the document.
Value to_value(toml::node& node) {
    Value value;
    value.at = location_of(node.source());
    if (auto* table = node.as_table()) {
        value.kind = Kind::table;
        value.members = to_members(*table);
    } else if (auto* array = node.as_array()) {
        value.kind = Kind::array;
        value.items = to_items(*array);
    } else if (auto* text = node.as_string()) {
        value.kind = Kind::text;
        value.text = std::move(text->get());
    } else if (const auto* integer = node.as_integer()) {
        value.kind = Kind::integer;
        value.integer = integer->get();
    } else if (const auto* number = node.as_floating_point()) {
        value.kind = Kind::number;
        value.number = number->get();
    } else if (const auto* boolean = node.as_boolean()) {
        value.kind = Kind::boolean;
        value.boolean = boolean->get();
    } else {
        value.kind = Kind::time;
    }
    return value;
}

}  // namespace

std::optional<Value> parse_toml(std::string_view text, Findings& findings) {
    if (text.size() > kMaxConfigBytes) {
        findings.error(
            {},
            "",
            fmt::format("larger than {} bytes, which no configuration is", kMaxConfigBytes)
        );
        return std::nullopt;
    }
    if (const auto hazard = find_hazard(text)) {
        findings.error(hazard->at, "", std::string(hazard->message));
        return std::nullopt;
    }
    toml::parse_result result = toml::parse(text, std::string_view(findings.file()));
    if (!result) {
        findings.error(
            location_of(result.error().source()),
            "",
            fmt::format("not TOML: {}", result.error().description())
        );
        return std::nullopt;
    }
    return to_value(result.table());
}

}  // namespace egret::control
