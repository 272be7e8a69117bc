// SPDX-License-Identifier: Apache-2.0
#include "control/locations/aggregate.hpp"
#include "control/locations/check_locations.hpp"

#include <fmt/format.h>
#include <map>
#include <set>
#include <string_view>

namespace egret::control {
namespace {

using api::Prefix;

/// The addresses of a location, in the one way they can be written.
std::vector<Prefix> addresses_of(const LocationSection& location) {
    std::vector<Prefix> prefixes;
    location.ranges.each([&](const RangeAt& range) { prefixes.push_back(range.prefix); });
    return aggregated(std::move(prefixes));
}

/// Trusted locations by their addresses.
std::map<std::vector<Prefix>, std::string_view> trusted_of(const Locations& locations) {
    std::map<std::vector<Prefix>, std::string_view> trusted;
    for (const LocationSection& location : locations) {
        if (*location.trusted && !location.ranges.empty()) {
            trusted.emplace(addresses_of(location), *location.name);
        }
    }
    return trusted;
}

}  // namespace

void check_deletions(const Locations& before, const Locations& after, Findings& findings) {
    std::set<std::string_view> names;
    for (const LocationSection& location : after) {
        names.insert(*location.name);
    }
    std::vector<const LocationSection*> gone;
    for (const LocationSection& location : before) {
        if (*location.trusted && !names.contains(*location.name)) {
            gone.push_back(&location);
        }
    }
    if (gone.empty()) {
        return;
    }
    const auto trusted = trusted_of(after);
    for (const LocationSection* location : gone) {
        const auto heir = trusted.find(addresses_of(*location));
        if (heir != trusted.end()) {
            findings.note(
                {},
                "location",
                fmt::format(
                    "\"{}\" is gone, and \"{}\" is trusted with the same ranges: taken as its new "
                    "name",
                    *location->name,
                    heir->second
                )
            );
        } else {
            findings.error(
                {},
                "location",
                fmt::format(
                    "\"{}\" is trusted and cannot be deleted: set trusted = false, push that, then "
                    "delete it",
                    *location->name
                )
            );
        }
    }
}

}  // namespace egret::control
