// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/policy/failover.hpp"
#include "control/policy/what_if.hpp"
#include "control/records/json.hpp"

#include <optional>
#include <vector>

namespace egret::control {

/// Everything `egret what-if` has to say.
struct WhatIfReport {
    WhatIf what_if;
    std::optional<CaeResult> resource;                ///< where a service's view was asked for
    std::vector<UplinkOutcome> uplinks;               ///< of a branch
    std::optional<std::vector<UplinkOutcome>> sites;  ///< where they were asked for
};

/// The `what-if` record of contract section 6, and behind its fields `country`, `token`
/// (`fate` and `reasons`, or null) and `uplinks` (`uplink`, `address`, `policies`, `outcome`,
/// `policy_at_risk`), and `sites` where they were asked for (`site` instead of `uplink`).
[[nodiscard]] Json what_if_report_json(const WhatIfReport& report);

}  // namespace egret::control
