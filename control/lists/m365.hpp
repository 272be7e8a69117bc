// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads Microsoft 365's endpoint sets (domain page section 3.1): a JSON array of objects with `id`
/// and, where they are not empty, `urls`, `ips`, `tcpPorts` and `udpPorts`. Takes the sets the
/// section selects. What is wrong is reported; false after an error.
[[nodiscard]] bool read_m365(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
