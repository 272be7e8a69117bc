// SPDX-License-Identifier: Apache-2.0
// Locations and trust, after the domain page: B18 federated users, B19 the three octets, B20 and
// B21 what the special names mean.
#include "control/policy/trust.hpp"

#include "control/config/special_locations.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

using Reason = std::optional<std::string>;

Reason lies_in_location(const LocationSection& location, const api::IpAddress& ip) {
    const auto range = location.ranges.find(ip);
    if (!range) {
        return std::nullopt;
    }
    return fmt::format(
        "{} lies in {} of {}location \"{}\"",
        api::to_text(ip),
        api::to_text(*range),
        *location.trusted ? "trusted " : "",
        *location.name
    );
}

Reason lies_in_trusted_location(const Config& config, const api::IpAddress& ip) {
    for (const LocationSection& location : config.locations) {
        if (*location.trusted) {
            if (Reason reason = lies_in_location(location, ip)) {
                return reason;
            }
        }
    }
    return std::nullopt;
}

Reason lies_in_mfa_range(const Config& config, const api::IpAddress& ip) {
    const auto range = config.mfa_trusted_ips.ranges.find(ip);
    if (!range) {
        return std::nullopt;
    }
    return fmt::format("{} lies in MFA trusted range {}", api::to_text(ip), api::to_text(*range));
}

bool first_three_octets_equal(const api::IpAddress& a, const api::IpAddress& b) {
    return a.family == api::Family::ipv4 && b.family == api::Family::ipv4 &&
           std::equal(a.bytes.begin(), a.bytes.begin() + 3, b.bytes.begin());
}

bool claim_is_trusted(const Config& config, const SignInContext& context) {
    return context.inside_corpnet && *config.mfa_trusted_ips.skip_for_federated;
}

/// A session that has lived on stays trusted while its address shares three octets with the one it
/// began at, provided that it was trusted there: by its address, or by the federation server's
/// claim. (Rule of 2018; the current page no longer has it.)
Reason began_nearby(const Config& config, const SignInContext& context) {
    if (!context.initial_ip || !first_three_octets_equal(context.ip, *context.initial_ip)) {
        return std::nullopt;
    }
    const bool began_trusted = claim_is_trusted(config, context) ||
                               lies_in_mfa_range(config, *context.initial_ip) ||
                               lies_in_trusted_location(config, *context.initial_ip);
    if (!began_trusted) {
        return std::nullopt;
    }
    return fmt::format(
        "the first three octets of {} equal those of {}, where the session was trusted",
        api::to_text(context.ip),
        api::to_text(*context.initial_ip)
    );
}

/// The claim counts in the request that carries it. With `initial_ip` it was in the first request
/// only, and the three octets decide.
Reason is_inside_corpnet(const Config& config, const SignInContext& context) {
    if (context.initial_ip || !claim_is_trusted(config, context)) {
        return std::nullopt;
    }
    return "the federation server says the client is inside the corporate network, and "
           "skip_for_federated trusts it";
}

Reason is_mfa_trusted(const Config& config, const SignInContext& context) {
    if (Reason reason = lies_in_mfa_range(config, context.ip)) {
        return reason;
    }
    if (Reason reason = is_inside_corpnet(config, context)) {
        return reason;
    }
    return began_nearby(config, context);
}

Reason is_trusted(const Config& config, const SignInContext& context) {
    if (Reason reason = lies_in_trusted_location(config, context.ip)) {
        return reason;
    }
    return is_mfa_trusted(config, context);
}

const LocationSection* location_called(const Config& config, std::string_view name) {
    const auto found = std::ranges::find_if(config.locations, [&](const LocationSection& location) {
        return *location.name == name;
    });
    return found == config.locations.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string>
reason_to_match(const Config& config, const SignInContext& context, std::string_view reference) {
    if (reference == kAllLocations) {
        return "it means every address";
    }
    if (reference == kAllTrusted) {
        return is_trusted(config, context);
    }
    if (reference == kMfaTrustedIps) {
        return is_mfa_trusted(config, context);
    }
    const LocationSection* location = location_called(config, reference);
    return location == nullptr ? std::nullopt : lies_in_location(*location, context.ip);
}

std::string limit_of(const Config& config, std::string_view reference) {
    if (reference == kAllCompliant) {
        return "\"AllCompliant\" never holds here: compliant networks are not modelled.";
    }
    const LocationSection* location = location_called(config, reference);
    if (location != nullptr && location->is_by_country()) {
        return fmt::format("The countries of \"{}\" are not evaluated yet.", reference);
    }
    return {};
}

}  // namespace egret::control
