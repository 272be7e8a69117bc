// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/policy/policy_table.hpp"
#include "control/policy/what_if.hpp"

#include <string>
#include <vector>

namespace egret::control {

/// What policies would do with a branch's sign-ins from one egress address of one uplink.
struct UplinkOutcome {
    std::string uplink;
    std::string address;                ///< an address or prefix; empty: unknown, any
    std::vector<std::string> policies;  ///< enabled ones that apply to some of it
    Outcome outcome;
    /// Enabled policies that apply here and not on the default uplink: a failover moves users into
    /// them (design section 9).
    std::vector<std::string> at_risk;
};

/// Every uplink of a branch with every egress address, the default one first; nothing for an edge.
/// A policy that applies to a part of a prefix applies.
[[nodiscard]] std::vector<UplinkOutcome>
uplink_outcomes(const Config& config, const PolicyTable& table);

/// The same for the addresses of every site this configuration speaks for, with the site's name as
/// `uplink`: what an edge presents, or a branch's default uplink.
[[nodiscard]] std::vector<UplinkOutcome>
site_outcomes(const Config& config, const PolicyTable& table);

/// What services that check locations themselves do with a token (domain rows B29 to B33).
enum class TokenFate : uint8_t {
    long_lived,  ///< the service sees what is allowed: up to 28 hours, revoked at once
    one_hour,    ///< standard: it sees what is not, the sign-in was allowed
    challenged,  ///< a policy that does not block asks for more
    blocked,
};

struct CaeResult {
    TokenFate fate = TokenFate::long_lived;
    std::vector<std::string> reasons;  ///< sentences
};

/// What becomes of a token issued to a sign-in from `signed_in` once a service sees `resource_ip`.
/// Such services see named locations of ranges only (B30).
[[nodiscard]] CaeResult evaluate_resource(
    const Config& config,
    const PolicyTable& table,
    const WhatIf& signed_in,
    const api::IpAddress& resource_ip,
    const std::string& tenant
);

/// "up-to-28-hours", "one-hour", "challenge", "block".
[[nodiscard]] std::string_view name_of(TokenFate fate) noexcept;

}  // namespace egret::control
