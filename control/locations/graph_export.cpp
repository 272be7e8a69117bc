// SPDX-License-Identifier: Apache-2.0
#include "control/locations/graph_export.hpp"

#include <nlohmann/json.hpp>

namespace egret::control {
namespace {

using Json = nlohmann::ordered_json;

Json range_json(const api::Prefix& range) {
    const bool is_ipv4 = range.address.family == api::Family::ipv4;
    return Json{
        {"@odata.type",
         is_ipv4 ? "#microsoft.graph.iPv4CidrRange" : "#microsoft.graph.iPv6CidrRange"},
        {"cidrAddress", api::to_text(range)},
    };
}

Json ranges_json(const LocationSection& location) {
    Json ranges = Json::array();
    api::Prefix previous;
    location.ranges.each([&](const RangeAt& range) {
        if (range.prefix != previous) {
            ranges.push_back(range_json(range.prefix));
        }
        previous = range.prefix;
    });
    return Json{
        {"@odata.type", "#microsoft.graph.ipNamedLocation"},
        {"displayName", *location.name},
        {"isTrusted", *location.trusted},
        {"ipRanges", std::move(ranges)},
    };
}

Json countries_json(const LocationSection& location) {
    Json countries = Json::array();
    for (const Located<std::string>& country : location.countries) {
        countries.push_back(*country);
    }
    const bool is_by_ip = *location.country_lookup == CountryLookup::ip;
    return Json{
        {"@odata.type", "#microsoft.graph.countryNamedLocation"},
        {"displayName", *location.name},
        {"countriesAndRegions", std::move(countries)},
        {"countryLookupMethod", is_by_ip ? "clientIpAddress" : "authenticatorAppGps"},
        {"includeUnknownCountriesAndRegions", *location.include_unknown},
    };
}

}  // namespace

std::string graph_of(const LocationBook& book) {
    Json list = Json::array();
    for (const LocationSection& location : book.locations) {
        list.push_back(location.is_by_country() ? countries_json(location) : ranges_json(location));
    }
    const Json response{{"value", std::move(list)}};
    return response.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string graph_settings_of(bool signaling) {
    const Json settings{
        {"@odata.type", "#microsoft.graph.networkaccess.conditionalAccessSettings"},
        {"signalingStatus", signaling ? "enabled" : "disabled"},
    };
    return settings.dump(2) + "\n";
}

}  // namespace egret::control
