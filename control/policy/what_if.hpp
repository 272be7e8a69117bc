// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/policy/policy_table.hpp"

#include <egret/api/address.hpp>

#include <optional>
#include <string>
#include <vector>

/// What Conditional Access would do with an address, by locations alone. Egret evaluates and
/// explains; the identity provider decides. No user, app or device is modelled.
namespace egret::control {

/// One sign-in, as far as locations see it.
struct SignInContext {
    api::IpAddress ip;  ///< what the service sees
    /// Where a session that has lived on was first authenticated: the rule of the three equal
    /// octets applies.
    std::optional<api::IpAddress> initial_ip{};
    /// The federation server said "inside the corporate network": in this request, or, with
    /// `initial_ip`, in the first.
    bool inside_corpnet = false;
    /// The tenant whose tunnel the sign-in came through; empty: none.
    std::string tenant{};
};

enum class NetworkType : uint8_t { trusted_named_location, named_network };

struct NetworkLocation {
    NetworkType type = NetworkType::named_network;
    std::vector<std::string> names;  ///< in file order
};

struct PolicyResult {
    std::string policy;
    PolicyState state = PolicyState::enabled;
    bool applied = false;
    Grant grant = Grant::block;
    std::vector<std::string> reasons;  ///< sentences
};

/// What is demanded in the end; report-only policies do not enter.
struct Outcome {
    bool blocked = false;
    std::vector<Grant> demanded;  ///< sorted by name, each once; unused if blocked

    /// Takes what an enabled policy that applies demands.
    void add(Grant grant);
};

struct WhatIf {
    api::IpAddress ip;
    std::string country;  ///< two letters; empty: unknown
    std::vector<NetworkLocation> locations;
    std::vector<PolicyResult> policies;  ///< in file order
    Outcome outcome;
};

/// Evaluates every policy of `config` for one sign-in (domain rules B9 to B23; exclusion wins).
/// `table` is the configuration's.
/// Cost: a binary search per location, then the policies' references.
[[nodiscard]] WhatIf
evaluate(const Config& config, const PolicyTable& table, const SignInContext& context);

/// The same for a single question; countries are unknown.
[[nodiscard]] WhatIf evaluate(const Config& config, const SignInContext& context);

/// As contract section 2 spells them: "mfa", "report-only", "trustedNamedLocation".
[[nodiscard]] std::string_view name_of(Grant grant) noexcept;
[[nodiscard]] std::string_view name_of(PolicyState state) noexcept;
[[nodiscard]] std::string_view name_of(NetworkType type) noexcept;

}  // namespace egret::control
