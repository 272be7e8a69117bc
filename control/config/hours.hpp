// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// When a rule is in force: hours of the week, by the node's own wall clock.
namespace egret::control {

/// What a clock on the wall shows. `day` 0 is Monday; `minute` counts from midnight.
struct WallTime {
    uint8_t day = 0;
    uint16_t minute = 0;
};

/// What a node's clock says, and whether it can be believed: many routers wake up in 1970.
struct NodeTime {
    uint64_t unix_ns = 0;
    bool is_believed = false;
};

/// `Mon-Fri 08:00-18:00`: from a minute of each of some days to another, which is no longer meant
/// and lies on the next day where it is not the later one.
struct Hours {
    uint8_t days = 0;  ///< bit 0 is Monday
    uint16_t from_minute = 0;
    uint16_t to_minute = 0;  ///< at most 1440
};

/// Reads `[DAYS ]HH:MM-HH:MM`. DAYS are days and ranges of days, `Mon,Wed-Fri` or `Sat-Mon`, in
/// English and as short; without them every day is meant. 24:00 may be the end. Nothing if it is
/// none of that, or begins when it ends.
[[nodiscard]] std::optional<Hours> parse_hours(std::string_view text) noexcept;

/// Reads `Sat 23:30`; nothing if it is none.
[[nodiscard]] std::optional<WallTime> parse_wall_time(std::string_view text) noexcept;

/// True from the first minute up to but not at the last. A clock that is put forward skips minutes,
/// one that is put back shows some twice: what it shows is what counts.
[[nodiscard]] bool holds(const Hours& hours, const WallTime& time) noexcept;

/// What the node's wall clock shows, by the time zone of the process (`TZ`, else /etc/localtime);
/// both are looked at anew each time. Threads: changes what the C library knows of the zone, so
/// only from the thread that runs the process.
[[nodiscard]] WallTime wall_time(uint64_t unix_ns) noexcept;

/// The same; nothing where the clock cannot be believed.
[[nodiscard]] std::optional<WallTime> wall_time(const NodeTime& time) noexcept;

}  // namespace egret::control
