// SPDX-License-Identifier: Apache-2.0
#include "control/policy/failover.hpp"

#include "control/config/plain_address.hpp"
#include "control/policy/presented.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr size_t kMaxCaeRanges = 5000;

std::string text_of(const api::Prefix& prefix) {
    return prefix.length == prefix.address.bits() ? api::to_text(prefix.address)
                                                  : api::to_text(prefix);
}

UplinkOutcome outcome_at(const Config& config, const PolicyTable& table, const Place& place) {
    UplinkOutcome result;
    for (size_t i = 0; i < config.policies.size(); ++i) {
        const PolicySection& policy = config.policies[i];
        if (*policy.state == PolicyState::enabled && may_apply(place, table.policies()[i])) {
            result.policies.push_back(*policy.name);
            result.outcome.add(*policy.grant);
        }
    }
    return result;
}

void add_outcomes(
    const Config& config,
    const PolicyTable& table,
    const std::string& name,
    const PresentedSite& site,
    std::vector<UplinkOutcome>& outcomes
) {
    const Part compliant = is_compliant(config, site.tenant) ? Part::all : Part::none;
    const auto add = [&](Place place, std::string address) {
        place.compliant = compliant;
        outcomes.push_back(outcome_at(config, table, place));
        outcomes.back().uplink = name;
        outcomes.back().address = std::move(address);
    };
    for (const api::Prefix& address : site.addresses) {
        add(table.place_of(config, address), text_of(address));
    }
    if (site.is_unknown) {
        add(PolicyTable::elsewhere(config), "");
    }
}

bool is_ipv6(const UplinkOutcome& outcome) {
    return outcome.address.find(':') != std::string::npos;
}

/// Compared with the default uplink's addresses of the family, or with all of them.
void find_risks(std::vector<UplinkOutcome>& outcomes, size_t n_default) {
    const auto first = outcomes.begin();
    const auto end = first + static_cast<std::ptrdiff_t>(n_default);
    for (auto other = end; other != outcomes.end(); ++other) {
        const bool has_family = std::any_of(first, end, [&](const UplinkOutcome& one) {
            return is_ipv6(one) == is_ipv6(*other);
        });
        for (const std::string& policy : other->policies) {
            const bool is_spared = std::any_of(first, end, [&](const UplinkOutcome& one) {
                const bool is_comparable = !has_family || is_ipv6(one) == is_ipv6(*other);
                return is_comparable &&
                       std::ranges::find(one.policies, policy) == one.policies.end();
            });
            if (is_spared) {
                other->at_risk.push_back(policy);
            }
        }
    }
}

/// The place as a service sees it that checks locations itself: without countries and MFA ranges.
Place as_services_see(const Config& config, Place place) {
    place.mfa_trusted = Part::none;
    place.trusted = Part::none;
    for (size_t i = 0; i < config.locations.size(); ++i) {
        if (config.locations[i].is_by_country()) {
            place.locations[i] = Part::none;
        } else if (*config.locations[i].trusted) {
            place.trusted = std::max(place.trusted, place.locations[i]);
        }
    }
    return place;
}

size_t n_ranges(const Config& config) {
    size_t count = 0;
    for (const LocationSection& location : config.locations) {
        count += location.ranges.size();
    }
    return count;
}

/// One policy that applies at the service and did not at the sign-in.
void judge(
    const Config& config,
    const PolicySection& policy,
    const std::string& ip,
    CaeResult& result
) {
    TokenFate fate = *policy.grant == Grant::block ? TokenFate::one_hour : TokenFate::challenged;
    std::string_view what = "continuous access evaluation is suspended and tokens last one hour";
    if (*policy.cae == Cae::strict) {
        fate = TokenFate::blocked;
        what = "it is strict, and the service blocks";
    } else if (fate == TokenFate::challenged) {
        what = "the service sends the client back to sign in";
    } else if (n_ranges(config) > kMaxCaeRanges) {
        what = "with more than 5000 ranges no location is enforced and tokens last one hour";
    }
    result.fate = std::max(result.fate, fate);
    result.reasons.push_back(fmt::format(
        "Policy \"{}\" applies to {}, which the service sees, and not to the sign-in: {}.",
        *policy.name,
        ip,
        what
    ));
}

}  // namespace

std::vector<UplinkOutcome> uplink_outcomes(const Config& config, const PolicyTable& table) {
    std::vector<UplinkOutcome> outcomes;
    if (*config.node.role != api::Role::branch) {
        return outcomes;
    }
    add_outcomes(config, table, "default", tunnelled_by(config, config.egress), outcomes);
    const size_t n_default = outcomes.size();
    for (const UplinkSection& uplink : config.uplinks) {
        add_outcomes(config, table, *uplink.name, tunnelled_by(config, uplink.egress), outcomes);
    }
    find_risks(outcomes, n_default);
    return outcomes;
}

std::vector<UplinkOutcome> site_outcomes(const Config& config, const PolicyTable& table) {
    std::vector<UplinkOutcome> outcomes;
    for (const PresentedSite& site : presented_sites(config)) {
        add_outcomes(config, table, site.site, site, outcomes);
    }
    return outcomes;
}

CaeResult evaluate_resource(
    const Config& config,
    const PolicyTable& table,
    const WhatIf& signed_in,
    const api::IpAddress& resource_ip,
    const std::string& tenant
) {
    const api::IpAddress ip = plain(resource_ip);
    Place place = as_services_see(config, table.place_of(config, {ip, ip.bits()}));
    place.compliant = is_compliant(config, tenant) ? Part::all : Part::none;
    CaeResult result;
    for (size_t i = 0; i < config.policies.size(); ++i) {
        const bool is_new = *config.policies[i].state == PolicyState::enabled &&
                            !signed_in.policies[i].applied && may_apply(place, table.policies()[i]);
        if (is_new) {
            judge(config, config.policies[i], api::to_text(ip), result);
        }
    }
    if (result.reasons.empty()) {
        result.reasons.push_back(fmt::format(
            "The service sees {}, to which no other policies apply: tokens of up to 28 hours.",
            api::to_text(ip)
        ));
    }
    return result;
}

std::string_view name_of(TokenFate fate) noexcept {
    static constexpr std::array<std::string_view, 4> kNames{
        "up-to-28-hours",
        "one-hour",
        "challenge",
        "block",
    };
    return kNames[static_cast<size_t>(fate)];
}

}  // namespace egret::control
