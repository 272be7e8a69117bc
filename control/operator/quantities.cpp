// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace egret::control {

std::string duration_text(const Json& seconds) {
    if (!seconds.is_number()) {
        return {};
    }
    constexpr uint64_t kMinute = 60;
    constexpr uint64_t kHour = 60 * kMinute;
    constexpr uint64_t kDay = 24 * kHour;
    const auto s = static_cast<uint64_t>(std::max(0.0, seconds.get<double>()));
    if (s < kMinute) {
        return fmt::format("{}s", s);
    }
    if (s < kHour) {
        return fmt::format("{}m {}s", s / kMinute, s % kMinute);
    }
    if (s < kDay) {
        return fmt::format("{}h {}m", s / kHour, s % kHour / kMinute);
    }
    return fmt::format("{}d {}h", s / kDay, s % kDay / kHour);
}

std::string bytes_text(const Json& bytes) {
    if (!bytes.is_number()) {
        return {};
    }
    constexpr double kStep = 1024;
    constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB"};
    auto amount = bytes.get<double>();
    if (amount < kStep) {
        return fmt::format("{:.0f} B", amount);
    }
    size_t unit = 0;
    for (amount /= kStep; amount >= kStep && unit + 1 < kUnits.size(); ++unit) {
        amount /= kStep;
    }
    return fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

std::string count_text(const Json& count) {
    if (!count.is_number()) {
        return {};
    }
    constexpr uint64_t kExact = 100'000'000;
    constexpr double kStep = 1000;
    constexpr std::array kUnits{"M", "G", "T", "P", "E"};
    const auto n = count.get<uint64_t>();
    if (n < kExact) {
        return fmt::format("{}", n);
    }
    double amount = static_cast<double>(n) / (kStep * kStep);
    size_t unit = 0;
    for (; amount >= kStep && unit + 1 < kUnits.size(); ++unit) {
        amount /= kStep;
    }
    return fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

std::string milliseconds_text(const Json& milliseconds) {
    return milliseconds.is_number() ? fmt::format("{:.1f} ms", milliseconds.get<double>())
                                    : std::string();
}

std::string plain_text(const Json& text) {
    if (!text.is_string()) {
        return {};
    }
    auto plain = text.get<std::string>();
    std::ranges::replace_if(
        plain,
        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; },
        '?'
    );
    return plain;
}

std::string time_of_day_text(const Json& time) {
    constexpr size_t kDate = sizeof("2026-11-20T") - 1;
    constexpr size_t kShown = sizeof("12:34:56.789") - 1;
    const std::string text = plain_text(time);
    return text.size() < kDate ? std::string() : text.substr(kDate, kShown);
}

}  // namespace egret::control
