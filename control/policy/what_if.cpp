// SPDX-License-Identifier: Apache-2.0
#include "control/policy/what_if.hpp"

#include "control/config/choices.hpp"
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
    const Config& config,
    const SignInContext& context,
    const LocatedList<std::string>& references
) {
    for (const Located<std::string>& reference : references) {
        if (auto reason = reason_to_match(config, context, *reference)) {
            return Hit{*reference, std::move(*reason)};
        }
    }
    return std::nullopt;
}

void add_limits(
    const Config& config,
    const LocatedList<std::string>& references,
    PolicyResult& result
) {
    for (const Located<std::string>& reference : references) {
        if (std::string limit = limit_of(config, *reference); !limit.empty()) {
            result.reasons.push_back(std::move(limit));
        }
    }
}

PolicyResult
apply(const Config& config, const SignInContext& context, const PolicySection& policy) {
    PolicyResult result{*policy.name, *policy.state, false, *policy.grant, {}};
    if (result.state == PolicyState::disabled) {
        result.reasons.emplace_back("The policy is disabled.");
        return result;
    }
    const auto included = first_hit(config, context, policy.include_locations);
    const auto excluded = first_hit(config, context, policy.exclude_locations);
    if (included) {
        result.reasons.push_back(
            fmt::format("Included by \"{}\": {}.", included->reference, included->reason)
        );
    } else {
        result.reasons.push_back(fmt::format(
            "Not included: {} lies in none of the included locations.",
            api::to_text(context.ip)
        ));
        add_limits(config, policy.include_locations, result);
    }
    if (included && excluded) {
        result.reasons.push_back(fmt::format(
            "Excluded by \"{}\", which wins: {}.",
            excluded->reference,
            excluded->reason
        ));
    } else if (included) {
        add_limits(config, policy.exclude_locations, result);
    }
    result.applied = included && !excluded;
    return result;
}

/// Report-only policies show a result and demand nothing.
void conclude(WhatIf& what_if) {
    for (const PolicyResult& result : what_if.policies) {
        if (!result.applied || result.state != PolicyState::enabled) {
            continue;
        }
        if (result.grant == Grant::block) {
            what_if.blocked = true;
        } else {
            what_if.demanded.push_back(result.grant);
        }
    }
    std::ranges::sort(what_if.demanded, {}, [](Grant grant) { return name_of(grant); });
    what_if.demanded.erase(
        std::unique(what_if.demanded.begin(), what_if.demanded.end()),
        what_if.demanded.end()
    );
}

}  // namespace

std::vector<NetworkLocation> locations_of(const Config& config, const api::IpAddress& ip) {
    NetworkLocation trusted{NetworkType::trusted_named_location, {}};
    NetworkLocation others{NetworkType::named_network, {}};
    for (const LocationSection& location : config.locations) {
        if (location.ranges.find(ip)) {
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

WhatIf evaluate(const Config& config, const SignInContext& context) {
    WhatIf what_if;
    what_if.ip = context.ip;
    what_if.locations = locations_of(config, context.ip);
    for (const PolicySection& policy : config.policies) {
        what_if.policies.push_back(apply(config, context, policy));
    }
    conclude(what_if);
    return what_if;
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
