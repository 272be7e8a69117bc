// SPDX-License-Identifier: Apache-2.0
#include "control/config/hours.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace egret::control {
namespace {

constexpr uint8_t kDaysPerWeek = 7;
constexpr uint16_t kMinutesPerHour = 60;
constexpr uint16_t kMinutesPerDay = 24 * kMinutesPerHour;
constexpr uint8_t kEveryDay = (1U << kDaysPerWeek) - 1;

constexpr std::array<std::string_view, kDaysPerWeek> kDays{
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sun",
};

std::optional<uint8_t> parse_day(std::string_view text) noexcept {
    const auto day = std::ranges::find(kDays, text);
    return day == kDays.end() ? std::nullopt : std::optional<uint8_t>(day - kDays.begin());
}

/// `Wed`, or `Fri-Mon`, which goes over the end of the week.
uint8_t parse_day_range(std::string_view text) noexcept {
    const size_t dash = text.find('-');
    const auto first = parse_day(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
    if (!first || !last) {
        return 0;
    }
    uint8_t days = 0;
    for (uint8_t day = *first;; day = static_cast<uint8_t>((day + 1) % kDaysPerWeek)) {
        days = static_cast<uint8_t>(days | 1U << day);
        if (day == *last) {
            return days;
        }
    }
}

/// 0 for what is no list of days.
uint8_t parse_days(std::string_view text) noexcept {
    uint8_t days = 0;
    while (true) {
        const size_t comma = text.find(',');
        const uint8_t some = parse_day_range(text.substr(0, comma));
        days |= some;
        if (some == 0 || comma == std::string_view::npos) {
            return some == 0 ? some : days;
        }
        text.remove_prefix(comma + 1);
    }
}

/// Two digits each, as a clock shows them.
std::optional<uint16_t> parse_minute(std::string_view text) noexcept {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) ||
        !is_digit(text[3]) || !is_digit(text[4])) {
        return std::nullopt;
    }
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    const int whole = hour * kMinutesPerHour + minute;
    return minute < kMinutesPerHour && whole <= kMinutesPerDay
               ? std::optional(static_cast<uint16_t>(whole))
               : std::nullopt;
}

}  // namespace

std::optional<Hours> parse_hours(std::string_view text) noexcept {
    Hours hours{kEveryDay, 0, 0};
    if (const size_t blank = text.find(' '); blank != std::string_view::npos) {
        hours.days = parse_days(text.substr(0, blank));
        text.remove_prefix(blank + 1);
    }
    const size_t dash = std::min(text.find('-'), text.size());
    const auto from = parse_minute(text.substr(0, dash));
    const auto to = parse_minute(text.substr(std::min(dash + 1, text.size())));
    if (hours.days == 0 || !from || !to || *from == *to || *from == kMinutesPerDay) {
        return std::nullopt;
    }
    hours.from_minute = *from;
    hours.to_minute = *to;
    return hours;
}

std::optional<WallTime> parse_wall_time(std::string_view text) noexcept {
    const size_t blank = std::min(text.find(' '), text.size());
    const auto day = parse_day(text.substr(0, blank));
    const auto minute = parse_minute(text.substr(std::min(blank + 1, text.size())));
    return day && minute && *minute < kMinutesPerDay ? std::optional(WallTime{*day, *minute})
                                                     : std::nullopt;
}

bool holds(const Hours& hours, const WallTime& time) noexcept {
    const auto is_on = [&](unsigned day) { return (hours.days >> day & 1U) != 0; };
    if (hours.from_minute < hours.to_minute) {
        return is_on(time.day) && hours.from_minute <= time.minute && time.minute < hours.to_minute;
    }
    const unsigned day_before = (time.day + kDaysPerWeek - 1U) % kDaysPerWeek;
    return (is_on(time.day) && hours.from_minute <= time.minute) ||
           (is_on(day_before) && time.minute < hours.to_minute);
}

WallTime wall_time(uint64_t unix_ns) noexcept {
    constexpr uint64_t kNsPerSecond = 1'000'000'000;
    tzset();
    const auto seconds = static_cast<time_t>(unix_ns / kNsPerSecond);
    std::tm shown{};
    localtime_r(&seconds, &shown);
    // The C library's week begins on Sunday.
    return {
        static_cast<uint8_t>((shown.tm_wday + kDaysPerWeek - 1) % kDaysPerWeek),
        static_cast<uint16_t>(shown.tm_hour * kMinutesPerHour + shown.tm_min)};
}

std::optional<WallTime> wall_time(const NodeTime& time) noexcept {
    return time.is_believed ? std::optional(wall_time(time.unix_ns)) : std::nullopt;
}

}  // namespace egret::control
