// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads the services and regions the section selects out of Amazon's ranges (domain page section
/// 3.2): an object with `prefixes` of `ip_prefix` and `ipv6_prefixes` of `ipv6_prefix`, each with
/// `service` and `region`. Host bits occur. The version is `syncToken`. What is wrong is reported;
/// false after an error.
[[nodiscard]] bool read_aws(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
