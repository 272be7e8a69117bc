// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads `goog.json` or `cloud.json` (domain page section 3.2): an object with `prefixes`, each with
/// `ipv4Prefix` or `ipv6Prefix`. The version is `syncToken`. What is wrong is reported; false after an
/// error.
[[nodiscard]] bool read_google(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
