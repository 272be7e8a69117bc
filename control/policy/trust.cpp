// SPDX-License-Identifier: Apache-2.0
// Locations and trust, after the domain page: A21 compliant networks, B12 to B15 countries, B18
// federated users, B19 the three octets, B20 and B21 what the special names mean.
#include "control/policy/trust.hpp"

#include "control/config/plain_address.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

api::Prefix alone(const api::IpAddress& address) {
    return {address, address.bits()};
}

bool first_three_octets_equal(const api::IpAddress& a, const api::IpAddress& b) {
    return a.family == api::Family::ipv4 && b.family == api::Family::ipv4 &&
           std::equal(a.bytes.begin(), a.bytes.begin() + 3, b.bytes.begin());
}

}  // namespace

Trust::Trust(const Config& config, const PolicyTable& table, const SignInContext& context)
    : config_(config),
      table_(table),
      context_(context),
      ip_(plain(context.ip)),
      place_(table.place_of(config, alone(ip_))) {}

Trust::Reason Trust::lies_in_location(size_t index) const {
    if (place_.locations[index] != Part::all) {
        return std::nullopt;
    }
    const LocationSection& location = config_.locations[index];
    const std::string ip = api::to_text(ip_);
    if (!location.is_by_country()) {
        return fmt::format(
            "{} lies in {} of {}location \"{}\"",
            ip,
            api::to_text(location.ranges.find(ip_).value_or(api::Prefix{})),
            *location.trusted ? "trusted " : "",
            *location.name
        );
    }
    return place_.country.empty()
               ? fmt::format(
                     "the country of {} is unknown, and location \"{}\" takes those in",
                     ip,
                     *location.name
                 )
               : fmt::format("{} is in {} of location \"{}\"", ip, place_.country, *location.name);
}

Trust::Reason Trust::lies_in_trusted_location() const {
    for (size_t i = 0; i < config_.locations.size(); ++i) {
        if (*config_.locations[i].trusted && place_.locations[i] == Part::all) {
            return lies_in_location(i);
        }
    }
    return std::nullopt;
}

Trust::Reason Trust::lies_in_mfa_range() const {
    const auto range = config_.mfa_trusted_ips.ranges.find(ip_);
    if (!range) {
        return std::nullopt;
    }
    return fmt::format("{} lies in MFA trusted range {}", api::to_text(ip_), api::to_text(*range));
}

bool Trust::claim_is_trusted() const {
    return context_.inside_corpnet && *config_.mfa_trusted_ips.skip_for_federated;
}

/// A session that has lived on stays trusted while its address shares three octets with the one it
/// began at, provided that it was trusted there: by its address, or by the federation server's
/// claim. (Rule of 2018; the current page no longer has it.)
Trust::Reason Trust::began_nearby() const {
    if (!context_.initial_ip) {
        return std::nullopt;
    }
    const api::IpAddress initial = plain(*context_.initial_ip);
    if (!first_three_octets_equal(ip_, initial)) {
        return std::nullopt;
    }
    const bool began_trusted =
        claim_is_trusted() || table_.place_of(config_, alone(initial)).trusted == Part::all;
    if (!began_trusted) {
        return std::nullopt;
    }
    return fmt::format(
        "the first three octets of {} equal those of {}, where the session was trusted",
        api::to_text(ip_),
        api::to_text(initial)
    );
}

/// The claim counts in the request that carries it. With `initial_ip` it was in the first request
/// only, and the three octets decide.
Trust::Reason Trust::is_inside_corpnet() const {
    if (context_.initial_ip || !claim_is_trusted()) {
        return std::nullopt;
    }
    return "the federation server says the client is inside the corporate network, and "
           "skip_for_federated trusts it";
}

Trust::Reason Trust::is_mfa_trusted() const {
    if (Reason reason = lies_in_mfa_range()) {
        return reason;
    }
    if (Reason reason = is_inside_corpnet()) {
        return reason;
    }
    return began_nearby();
}

/// The list of a tenant's compliant networks is kept by nobody: what comes through its tunnel is
/// compliant, and no tenant passes for another.
Trust::Reason Trust::comes_through_own_tunnel() const {
    if (!is_compliant(config_, context_.tenant)) {
        return std::nullopt;
    }
    return fmt::format("it comes through a tunnel of tenant \"{}\"", context_.tenant);
}

std::optional<std::string> Trust::reason_to_match(const Reference& reference) const {
    switch (reference.kind) {
        case Reference::Kind::all:
            return "it means every address";
        case Reference::Kind::all_trusted: {
            Reason reason = lies_in_trusted_location();
            return reason ? reason : is_mfa_trusted();
        }
        case Reference::Kind::all_compliant:
            return comes_through_own_tunnel();
        case Reference::Kind::mfa_trusted:
            return is_mfa_trusted();
        case Reference::Kind::location:
            return lies_in_location(reference.location);
        case Reference::Kind::unknown:
            break;
    }
    return std::nullopt;
}

std::string Trust::limit_of(const Reference& reference) const {
    if (reference.kind == Reference::Kind::all_compliant) {
        if (config_.node.tenant->empty()) {
            return "\"AllCompliant\" never holds here: [node] tenant is not set.";
        }
        return context_.tenant.empty()
                   ? fmt::format(
                         "\"AllCompliant\" does not hold: the sign-in does not come through a "
                         "tunnel of tenant \"{}\".",
                         *config_.node.tenant
                     )
                   : fmt::format(
                         "\"AllCompliant\" does not hold: tenant \"{}\" does not pass for \"{}\".",
                         context_.tenant,
                         *config_.node.tenant
                     );
    }
    if (reference.kind != Reference::Kind::location) {
        return {};
    }
    const LocationSection& location = config_.locations[reference.location];
    if (!location.is_by_country()) {
        return {};
    }
    if (*location.country_lookup == CountryLookup::gps) {
        return fmt::format(
            "Whether \"{}\" holds is unknown: the client's telephone says where it is.",
            *location.name
        );
    }
    return table_.knows_countries()
               ? std::string()
               : fmt::format(
                     "Whether \"{}\" holds is unknown: countries need [geo] database.",
                     *location.name
                 );
}

}  // namespace egret::control
