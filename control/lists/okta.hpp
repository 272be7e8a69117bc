// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads the cells the section selects out of Okta's list (domain page section 3.2): an object of
/// cells, each with `ip_ranges`. It states no time and no version. What is wrong is reported; false
/// after an error.
[[nodiscard]] bool read_okta(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
