// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

/// What a policy may name besides named locations (contract section 2.2, domain rows B20 to B22).
namespace egret::control {

inline constexpr std::string_view kAllLocations = "All";
inline constexpr std::string_view kAllTrusted = "AllTrusted";
inline constexpr std::string_view kAllCompliant = "AllCompliant";
inline constexpr std::string_view kMfaTrustedIps = "MfaTrustedIps";

inline constexpr std::array kSpecialLocations{
    kAllLocations,
    kAllTrusted,
    kAllCompliant,
    kMfaTrustedIps,
};

}  // namespace egret::control
