// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <string>

namespace egret::control {

/// Reads a prefix, address or domain from the first column of each row; other columns are not looked
/// at. A byte order mark, CRLF, blank rows, quotes (RFC 4180) and a heading are tolerated: a first row
/// whose first column is a word without a dot or colon. Columns end at a comma, semicolon or tab. What
/// is wrong is reported with its line; false after an error.
[[nodiscard]] bool read_csv_list(const std::string& text, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
