// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <optional>
#include <string>
#include <vector>

namespace egret::control {

/// Locations and policies on their way between an identity provider and a configuration.
struct LocationBook {
    std::vector<LocationSection> locations;
    MfaTrustedIpsSection mfa_trusted_ips;
    std::vector<PolicySection> policies;
    std::optional<bool> signaling;  ///< a tenant's Global Secure Access switch, where it was there
};

/// The part of a configuration a book holds.
[[nodiscard]] LocationBook book_of(const Config& config);

}  // namespace egret::control
