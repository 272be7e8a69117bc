// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace egret::control {

/// "2026-11-20T08:15:30.000000001Z" for nanoseconds since 1970.
[[nodiscard]] std::string time_text(uint64_t ns);

/// Nanoseconds since 1970 of an RFC 3339 time from 1970 to 2500, with "Z" or an offset; digits behind the ninth of a second are
/// dropped, a leap second counts as the one behind it. Nothing if the text is no such time.
[[nodiscard]] std::optional<uint64_t> parse_time(std::string_view text);

}  // namespace egret::control
