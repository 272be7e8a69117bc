// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads Auth0's outbound addresses (domain page section 3.2): an object with `regions`, each with
/// `ipv4_cidrs`. The version is `last_updated_at`. What is wrong is reported; false after an error.
[[nodiscard]] bool read_auth0(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
