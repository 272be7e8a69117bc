// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/json.hpp"

#include <cstdint>
#include <string>

/// Quantities as operators read them. Each takes a value of a record; null and what is no such value give an empty text.
namespace egret::control {

/// The two largest units of a number of seconds: "7s", "3m 12s", "4h 5m", "12d 3h".
[[nodiscard]] std::string duration_text(const Json& seconds);

/// "950 B", "1.4 KiB", "12.0 GiB".
[[nodiscard]] std::string bytes_text(const Json& bytes);

/// "1234567" up to eight digits, then "123.5 M", "4.2 G".
[[nodiscard]] std::string count_text(const Json& count);

/// "12.3 ms".
[[nodiscard]] std::string milliseconds_text(const Json& milliseconds);

/// A text as it is; bytes that would move a terminal's cursor are replaced.
[[nodiscard]] std::string plain_text(const Json& text);

/// "08:15:30.123" of an RFC 3339 time.
[[nodiscard]] std::string time_of_day_text(const Json& time);

}  // namespace egret::control
