// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/policy/what_if.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace egret::control {

/// Why a sign-in belongs to what `reference` names in a policy ("All", "AllTrusted", a location's
/// name, ...), as a clause; nothing if it does not belong to it.
[[nodiscard]] std::optional<std::string>
reason_to_match(const Config& config, const SignInContext& context, std::string_view reference);

/// What has to be said where `reference` cannot be evaluated in full: compliant networks and
/// countries are not modelled. Empty if it can.
[[nodiscard]] std::string limit_of(const Config& config, std::string_view reference);

}  // namespace egret::control
