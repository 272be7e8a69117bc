// SPDX-License-Identifier: Apache-2.0
// Named locations out of Graph, with the traps of domain section 2.1.
#include "control/config/plain_address.hpp"
#include "control/locations/graph_reader.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace egret::control {
namespace {

struct RangeType {
    std::string_view odata;  ///< Graph's capitals are its own
    api::Family family;
};

constexpr std::array kRangeTypes{
    RangeType{"iPv4CidrRange", api::Family::ipv4},
    RangeType{"iPv6CidrRange", api::Family::ipv6},
};

std::vector<std::string> names_of(const std::vector<LocationSection>& locations) {
    std::vector<std::string> names;
    names.reserve(locations.size());
    for (const LocationSection& location : locations) {
        names.push_back(*location.name);
    }
    return names;
}

/// Says what is odd about a range that can be taken all the same.
void remark_on(
    const std::string& place,
    const std::string& type,
    const std::string& text,
    const api::Prefix& prefix,
    Findings& findings
) {
    const api::Prefix clean = plain(prefix);
    const std::string canonical = api::to_text(clean);
    if (canonical != text && canonical != text + "/32" && canonical != text + "/128") {
        findings.note({}, place, fmt::format("\"{}\" is taken as {}", text, canonical));
    }
    const auto known = std::ranges::find(kRangeTypes, type, &RangeType::odata);
    if (known != kRangeTypes.end() && known->family != prefix.address.family) {
        findings.note({}, place, fmt::format("\"{}\" is called {}", text, type));
    }
}

void read_range(const GraphObject& object, LocationSection& location, Findings& findings) {
    std::string type = object.json.is_object() ? text_of(object.json, "@odata.type") : "";
    type.erase(0, type.rfind('.') + 1);
    const std::string text =
        object.json.is_object() ? text_of(object.json, "cidrAddress") : std::string();
    const bool is_known = type.empty() || std::ranges::find(kRangeTypes, type, &RangeType::odata) !=
                                              kRangeTypes.end();
    if (!is_known && text.empty()) {
        findings.error(
            {},
            object.place,
            fmt::format("has the unknown type \"{}\": write it as prefixes", type)
        );
        return;
    }
    const auto prefix = api::parse_prefix(text);
    if (!prefix) {
        findings.error({}, object.place, fmt::format("\"{}\" is no address range", text));
        return;
    }
    remark_on(object.place, type, text, *prefix, findings);
    location.ranges.add(*prefix);
}

void read_ranges(const GraphObject& object, LocationSection& location, Findings& findings) {
    const auto ranges = object.json.find("ipRanges");
    if (ranges == object.json.end() || !ranges->is_array()) {
        findings.error({}, object.place, "has no array ipRanges");
        return;
    }
    for (size_t i = 0; i < ranges->size(); ++i) {
        read_range(
            {(*ranges)[i], fmt::format("{}.ipRanges[{}]", object.place, i)},
            location,
            findings
        );
    }
    location.ranges.finish();
    location.trusted.value = flag_of(object.json, "isTrusted");
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

void read_countries(const GraphObject& object, LocationSection& location, Findings& findings) {
    const auto countries = object.json.find("countriesAndRegions");
    if (countries == object.json.end() || !countries->is_array()) {
        findings.error({}, object.place, "has no array countriesAndRegions");
        return;
    }
    for (const GraphJson& item : *countries) {
        const std::string code = item.is_string() ? upper(item.get<std::string>()) : "";
        const bool is_code = code.size() == 2 &&
                             std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (is_code) {
            location.countries.push_back({code, {}});
        } else {
            findings
                .error({}, object.place, fmt::format("\"{}\" is no country of two letters", code));
        }
    }
    const std::string method = text_of(object.json, "countryLookupMethod");
    if (method == "authenticatorAppGps") {
        location.country_lookup.value = CountryLookup::gps;
        findings.note(
            {},
            object.place,
            "looks countries up by the client's telephone, which cannot be evaluated here"
        );
    } else if (!method.empty() && method != "clientIpAddress") {
        findings.error({}, object.place, fmt::format("unknown countryLookupMethod \"{}\"", method));
    }
    location.include_unknown.value = flag_of(object.json, "includeUnknownCountriesAndRegions");
    if (flag_of(object.json, "isTrusted")) {
        findings.warning({}, object.place, "countries cannot be trusted: the mark is left out");
    }
}

}  // namespace

void read_graph_location(const GraphObject& object, GraphBook& graph, Findings& findings) {
    const std::string id = text_of(object.json, "id");
    const std::string display_name = text_of(object.json, "displayName");
    LocationSection location;
    location.name.value = usable_name(display_name, id, names_of(graph.book.locations));
    if (*location.name != display_name) {
        findings.note(
            {},
            object.place,
            fmt::format("\"{}\" is called \"{}\" here", display_name, *location.name)
        );
    }
    if (object.json.contains("countriesAndRegions")) {
        read_countries(object, location, findings);
    } else {
        read_ranges(object, location, findings);
    }
    if (!id.empty()) {
        graph.names_by_id[id] = *location.name;
    }
    graph.book.locations.push_back(std::move(location));
}

}  // namespace egret::control
