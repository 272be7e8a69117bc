// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads one prefix, address or domain per line; `#` begins a comment. What is wrong is reported
/// with its line; false after an error.
[[nodiscard]] bool
read_text_list(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
