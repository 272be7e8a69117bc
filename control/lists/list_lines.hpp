// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"

#include <cstddef>
#include <string_view>

/// What `text` and `csv` have in common: entries that stand in lines.
namespace egret::control {

/// A file that is no list at all would otherwise give a complaint for each of its lines.
inline constexpr size_t kMaxReportedLines = 10;

[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text) noexcept;

/// Without blanks, tabs and carriage returns around it.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// Adds a prefix or a domain; false after an error that names the line.
[[nodiscard]] bool
add_line(std::string_view entry, size_t line, ListReport& report, ListBuilder& builder);

}  // namespace egret::control
