// SPDX-License-Identifier: Apache-2.0
#include "control/policy/what_if.hpp"

#include "control/config/choices.hpp"
#include "control/config/plain_address.hpp"
#include "control/policy/trust.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// One of a policy's references that the sign-in belongs to, and why.
struct Hit {
    std::string reference;
    std::string reason;
};

std::optional<Hit> first_hit(
    const Trust& trust,
    const LocatedList<std::string>& names,
    const std::vector<Reference>& references
) {
    for (size_t i = 0; i < references.size(); ++i) {
        if (auto reason = trust.reason_to_match(references[i])) {
            return Hit{*names[i], std::move(*reason)};
        }
    }
    return std::nullopt;
}

void add_limits(
    const Trust& trust,
    const std::vector<Reference>& references,
    PolicyResult& result
) {
    for (const Reference& reference : references) {
        if (std::string limit = trust.limit_of(reference); !limit.empty()) {
            result.reasons.push_back(std::move(limit));
        }
    }
}

PolicyResult
apply(const Trust& trust, const PolicySection& policy, const PolicyReferences& references) {
    PolicyResult result{*policy.name, *policy.state, false, *policy.grant, {}};
    if (result.state == PolicyState::disabled) {
        result.reasons.emplace_back("The policy is disabled.");
        return result;
    }
    const auto included = first_hit(trust, policy.include_locations, references.include);
    const auto excluded = first_hit(trust, policy.exclude_locations, references.exclude);
    if (included) {
        result.reasons.push_back(
            fmt::format("Included by \"{}\": {}.", included->reference, included->reason)
        );
    } else {
        result.reasons.push_back(fmt::format(
            "Not included: {} lies in none of the included locations.",
            api::to_text(trust.ip())
        ));
        add_limits(trust, references.include, result);
    }
    if (included && excluded) {
        result.reasons.push_back(fmt::format(
            "Excluded by \"{}\", which wins: {}.",
            excluded->reference,
            excluded->reason
        ));
    } else if (included) {
        add_limits(trust, references.exclude, result);
    }
    result.applied = included && !excluded;
    return result;
}

/// Names of the locations that hold the address, trusted ones first (the sign-in log's
/// `networkLocationDetails`).
std::vector<NetworkLocation> locations_at(const Config& config, const Place& place) {
    NetworkLocation trusted{NetworkType::trusted_named_location, {}};
    NetworkLocation others{NetworkType::named_network, {}};
    for (size_t i = 0; i < config.locations.size(); ++i) {
        const LocationSection& location = config.locations[i];
        if (place.locations[i] == Part::all) {
            (*location.trusted ? trusted : others).names.push_back(*location.name);
        }
    }
    std::vector<NetworkLocation> locations;
    for (NetworkLocation& one : {std::ref(trusted), std::ref(others)}) {
        if (!one.names.empty()) {
            locations.push_back(std::move(one));
        }
    }
    return locations;
}

}  // namespace

void Outcome::add(Grant grant) {
    if (grant == Grant::block) {
        blocked = true;
        return;
    }
    const auto place = std::ranges::lower_bound(demanded, name_of(grant), {}, [](Grant one) {
        return name_of(one);
    });
    if (place == demanded.end() || *place != grant) {
        demanded.insert(place, grant);
    }
}

WhatIf evaluate(const Config& config, const PolicyTable& table, const SignInContext& context) {
    const Trust trust(config, table, context);
    WhatIf what_if;
    what_if.ip = trust.ip();
    what_if.country = trust.place().country;
    what_if.locations = locations_at(config, trust.place());
    what_if.policies.reserve(config.policies.size());
    for (size_t i = 0; i < config.policies.size(); ++i) {
        what_if.policies.push_back(apply(trust, config.policies[i], table.policies()[i]));
        const PolicyResult& result = what_if.policies.back();
        if (result.applied && result.state == PolicyState::enabled) {
            what_if.outcome.add(result.grant);
        }
    }
    return what_if;
}

WhatIf evaluate(const Config& config, const SignInContext& context) {
    return evaluate(config, PolicyTable(config, nullptr), context);
}

std::string_view name_of(Grant grant) noexcept {
    return spelling_of(kGrants, grant);
}

std::string_view name_of(PolicyState state) noexcept {
    return spelling_of(kPolicyStates, state);
}

std::string_view name_of(NetworkType type) noexcept {
    return type == NetworkType::trusted_named_location ? "trustedNamedLocation" : "namedNetwork";
}

}  // namespace egret::control
