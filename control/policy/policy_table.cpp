// SPDX-License-Identifier: Apache-2.0
#include "control/policy/policy_table.hpp"

#include "control/config/special_locations.hpp"
#include "control/policy/country_database.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace egret::control {
namespace {

using Names = std::unordered_map<std::string_view, uint32_t>;

struct Special {
    std::string_view name;
    Reference::Kind kind;
};

constexpr std::array kSpecials{
    Special{kAllLocations, Reference::Kind::all},
    Special{kAllTrusted, Reference::Kind::all_trusted},
    Special{kAllCompliant, Reference::Kind::all_compliant},
    Special{kMfaTrustedIps, Reference::Kind::mfa_trusted},
};

Reference resolve(const Names& names, std::string_view text) {
    const auto special = std::ranges::find(kSpecials, text, &Special::name);
    if (special != kSpecials.end()) {
        return {special->kind, 0};
    }
    const auto found = names.find(text);
    return found == names.end() ? Reference{} : Reference{Reference::Kind::location, found->second};
}

std::vector<Reference> resolve(const Names& names, const LocatedList<std::string>& texts) {
    std::vector<Reference> references;
    references.reserve(texts.size());
    for (const Located<std::string>& text : texts) {
        references.push_back(resolve(names, *text));
    }
    return references;
}

Part part_in(const RangeSet& ranges, const api::Prefix& range) {
    if (range.length == range.address.bits()) {
        return ranges.find(range.address) ? Part::all : Part::none;
    }
    if (ranges.covers(range)) {
        return Part::all;
    }
    return ranges.touches(range) ? Part::some : Part::none;
}

bool holds(const LocationSection& location, const std::string& country) {
    if (country.empty()) {
        return *location.include_unknown;
    }
    return std::ranges::any_of(location.countries, [&](const Located<std::string>& own) {
        return *own == country;
    });
}

Part largest_part(const Place& place, const std::vector<Reference>& references) {
    Part largest = Part::none;
    for (const Reference& reference : references) {
        largest = std::max(largest, part_of(place, reference));
    }
    return largest;
}

}  // namespace

Part part_of(const Place& place, const Reference& reference) {
    switch (reference.kind) {
        case Reference::Kind::all:
            return Part::all;
        case Reference::Kind::all_trusted:
            return place.trusted;
        case Reference::Kind::all_compliant:
            return place.compliant;
        case Reference::Kind::mfa_trusted:
            return place.mfa_trusted;
        case Reference::Kind::location:
            return place.locations[reference.location];
        case Reference::Kind::unknown:
            break;
    }
    return Part::none;
}

bool may_apply(const Place& place, const PolicyReferences& policy) {
    return largest_part(place, policy.include) != Part::none &&
           largest_part(place, policy.exclude) != Part::all;
}

bool is_compliant(const Config& config, std::string_view tenant) {
    return !tenant.empty() && tenant == *config.node.tenant;
}

PolicyTable::PolicyTable(const Config& config, std::shared_ptr<const CountryDatabase> countries)
    : countries_(std::move(countries)) {
    Names names;
    for (uint32_t i = 0; i < config.locations.size(); ++i) {
        names.try_emplace(*config.locations[i].name, i);
    }
    policies_.reserve(config.policies.size());
    for (const PolicySection& policy : config.policies) {
        policies_.push_back(
            {resolve(names, policy.include_locations), resolve(names, policy.exclude_locations)}
        );
    }
}

/// A range may spread over several networks of the database; only what is known of all of it is
/// `Part::all`.
Place PolicyTable::place_of(const Config& config, const api::Prefix& range) const {
    Place place = elsewhere(config);
    bool is_one_country = true;
    if (countries_ != nullptr) {
        const CountryDatabase::Answer answer = countries_->look_up(range.address);
        place.country = answer.country;
        is_one_country = answer.network_length <= range.length;
    }
    for (size_t i = 0; i < config.locations.size(); ++i) {
        const LocationSection& location = config.locations[i];
        if (!location.is_by_country()) {
            place.locations[i] = part_in(location.ranges, range);
        } else if (countries_ != nullptr && *location.country_lookup == CountryLookup::ip) {
            const bool is_in = holds(location, place.country);
            place.locations[i] = !is_one_country ? Part::some : is_in ? Part::all : Part::none;
        }
    }
    place.mfa_trusted = part_in(config.mfa_trusted_ips.ranges, range);
    place.trusted = place.mfa_trusted;
    for (size_t i = 0; i < config.locations.size(); ++i) {
        if (*config.locations[i].trusted) {
            place.trusted = std::max(place.trusted, place.locations[i]);
        }
    }
    return place;
}

Place PolicyTable::elsewhere(const Config& config) {
    Place place;
    place.locations.assign(config.locations.size(), Part::none);
    return place;
}

}  // namespace egret::control
