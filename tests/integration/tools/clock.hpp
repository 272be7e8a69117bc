// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ctime>

namespace egret::test {

inline constexpr uint64_t kSecondNs = 1'000'000'000;
inline constexpr uint64_t kMillisecondNs = 1'000'000;

/// Nanoseconds of a clock of the system.
inline uint64_t read_clock_ns(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<uint64_t>(time.tv_sec) * kSecondNs + static_cast<uint64_t>(time.tv_nsec);
}

/// Monotonic; for timers and gaps.
inline uint64_t now_ns() noexcept {
    return read_clock_ns(CLOCK_MONOTONIC);
}

/// Since 1970 UTC; for the time in initiations.
inline uint64_t unix_ns() noexcept {
    return read_clock_ns(CLOCK_REALTIME);
}

}  // namespace egret::test
