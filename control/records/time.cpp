// SPDX-License-Identifier: Apache-2.0
#include "control/records/time.hpp"

#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

/// Reads a text from its beginning to its end; what does not fit makes it bad for good.
struct TimeReader {
    std::string_view rest;
    bool is_good = true;

    /// Exactly `n` decimal digits with a value in a range.
    uint64_t number(size_t n, uint64_t min, uint64_t max) {
        uint64_t value = 0;
        for (size_t i = 0; i < n; ++i) {
            value = value * 10 + digit();
        }
        is_good = is_good && value >= min && value <= max;
        return value;
    }

    uint64_t digit() {
        const bool is_digit = !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
        is_good = is_good && is_digit;
        const uint64_t value = is_digit ? static_cast<uint64_t>(rest.front() - '0') : 0;
        rest.remove_prefix(is_digit ? 1 : 0);
        return value;
    }

    /// True if `c` comes next, in either case; it is taken then.
    bool takes(char c) {
        const bool is_next =
            !rest.empty() && (rest.front() == c || rest.front() == static_cast<char>(c | 0x20));
        rest.remove_prefix(is_next ? 1 : 0);
        return is_next;
    }

    void expect(char c) { is_good = takes(c) && is_good; }
};

uint64_t read_fraction_ns(TimeReader& reader) {
    if (!reader.takes('.')) {
        return 0;
    }
    uint64_t ns = reader.digit() * (kSecond / 10);
    for (uint64_t unit = kSecond / 100;
         !reader.rest.empty() && reader.rest.front() >= '0' && reader.rest.front() <= '9';
         unit /= 10) {
        ns += reader.digit() * unit;
    }
    return ns;
}

/// Seconds east of UTC.
int64_t read_offset_s(TimeReader& reader) {
    if (reader.takes('Z')) {
        return 0;
    }
    const bool is_east = reader.takes('+');
    if (!is_east) {
        reader.expect('-');
    }
    const auto hours = static_cast<int64_t>(reader.number(2, 0, 23));
    reader.expect(':');
    const auto minutes = static_cast<int64_t>(reader.number(2, 0, 59));
    const int64_t offset_s = (hours * 60 + minutes) * 60;
    return is_east ? offset_s : -offset_s;
}

}  // namespace

std::string time_text(uint64_t ns) {
    const auto seconds = static_cast<std::time_t>(ns / kSecond);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(seconds), ns % kSecond);
}

std::optional<uint64_t> parse_time(std::string_view text) {
    TimeReader reader{text};
    const auto year = static_cast<int>(reader.number(4, 1970, 2500));
    reader.expect('-');
    const auto month = static_cast<unsigned>(reader.number(2, 1, 12));
    reader.expect('-');
    const auto day = static_cast<unsigned>(reader.number(2, 1, 31));
    if (!reader.takes('T')) {
        reader.expect(' ');
    }
    const uint64_t hour = reader.number(2, 0, 23);
    reader.expect(':');
    const uint64_t minute = reader.number(2, 0, 59);
    reader.expect(':');
    const uint64_t second = reader.number(2, 0, 60);
    const uint64_t fraction_ns = read_fraction_ns(reader);
    const int64_t offset_s = read_offset_s(reader);
    const std::chrono::year_month_day date{
        std::chrono::year(year),
        std::chrono::month(month),
        std::chrono::day(day)};
    if (!reader.is_good || !reader.rest.empty() || !date.ok()) {
        return std::nullopt;
    }
    const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const int64_t seconds =
        days * 86'400 + static_cast<int64_t>((hour * 60 + minute) * 60 + second) - offset_s;
    if (seconds < 0) {
        return std::nullopt;
    }
    return static_cast<uint64_t>(seconds) * kSecond + fraction_ns;
}

}  // namespace egret::control
