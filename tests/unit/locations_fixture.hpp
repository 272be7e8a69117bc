// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/load.hpp"
#include "control/locations/check_locations.hpp"
#include "control/locations/graph_import.hpp"
#include "control_fixture.hpp"

#include <egret/api/address.hpp>

#include <initializer_list>
#include <string>
#include <vector>

/// Books of locations to begin from.
namespace egret::test {

inline control::LocationSection&
add_location(control::LocationBook& book, const std::string& name, bool is_trusted = false) {
    control::LocationSection& location = book.locations.emplace_back();
    location.name.value = name;
    location.trusted.value = is_trusted;
    return location;
}

inline void fill(control::RangeSet& ranges, std::initializer_list<const char*> texts) {
    for (const char* text : texts) {
        ranges.add(api::parse_prefix(text).value());
    }
    ranges.finish();
}

/// `count` single addresses from 20.0.0.0 on, every other one.
inline void fill(control::RangeSet& ranges, size_t count, size_t first = 0) {
    for (size_t i = first; i < first + count; ++i) {
        const auto n = static_cast<uint32_t>(i * 2);
        const api::IpAddress address{
            api::Family::ipv4,
            {static_cast<uint8_t>(20 + (n >> 24)),
             static_cast<uint8_t>(n >> 16),
             static_cast<uint8_t>(n >> 8),
             static_cast<uint8_t>(n)}};
        ranges.add({address, 32});
    }
    ranges.finish();
}

inline std::vector<std::string> lines_of(const control::Findings& findings) {
    std::vector<std::string> lines;
    for (const control::Finding& finding : findings.all()) {
        lines.push_back(to_text(finding));
    }
    return lines;
}

inline std::vector<std::string>
checked(const control::LocationBook& book, const control::LocationCheck& check = {}) {
    control::Findings findings("t");
    control::check_locations(book, check, findings);
    return lines_of(findings);
}

inline control::Config config_of(const std::string& toml) {
    control::Findings findings("t.toml");
    auto config = control::parse_config(toml, "", findings);
    if (findings.has_errors()) {
        findings.sort();
        check_lines({}, lines_of(findings));
    }
    return config.value_or(control::Config{});
}

}  // namespace egret::test
