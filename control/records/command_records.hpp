// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/lookup.hpp"
#include "control/records/json.hpp"

namespace egret::control {

/// The `lookup` record.
[[nodiscard]] Json lookup_json(const LookupResult& result, const Config& config);

/// The `check` record over the findings of all files checked.
[[nodiscard]] Json check_json(bool ok, const std::vector<Finding>& findings);

}  // namespace egret::control
