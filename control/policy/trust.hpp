// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/policy/policy_table.hpp"
#include "control/policy/what_if.hpp"

#include <optional>
#include <string>

namespace egret::control {

/// One sign-in held against the locations of a configuration: which of them it belongs to, and why.
/// Borrows its arguments.
class Trust {
  public:
    Trust(const Config& config, const PolicyTable& table, const SignInContext& context);

    /// The address that is evaluated: an IPv4 one also where it was written as IPv6.
    [[nodiscard]] const api::IpAddress& ip() const noexcept { return ip_; }

    [[nodiscard]] const Place& place() const noexcept { return place_; }

    /// Why the sign-in belongs to what `reference` names, as a clause; nothing if it does not.
    [[nodiscard]] std::optional<std::string> reason_to_match(const Reference& reference) const;

    /// What has to be said where `reference` does not hold as far as Egret can tell, as a sentence:
    /// what it lacks to tell. Empty if it can.
    [[nodiscard]] std::string limit_of(const Reference& reference) const;

  private:
    using Reason = std::optional<std::string>;

    [[nodiscard]] Reason lies_in_location(size_t index) const;
    [[nodiscard]] Reason lies_in_trusted_location() const;
    [[nodiscard]] Reason lies_in_mfa_range() const;
    [[nodiscard]] Reason began_nearby() const;
    [[nodiscard]] Reason is_inside_corpnet() const;
    [[nodiscard]] Reason is_mfa_trusted() const;
    [[nodiscard]] Reason comes_through_own_tunnel() const;
    [[nodiscard]] bool claim_is_trusted() const;

    const Config& config_;
    const PolicyTable& table_;
    const SignInContext& context_;
    api::IpAddress ip_;
    Place place_;
};

}  // namespace egret::control
