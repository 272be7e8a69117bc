// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/clock.hpp"

#include <ctime>

namespace egret::control {
namespace {

uint64_t read_ns(clockid_t clock) noexcept {
    constexpr uint64_t kNsPerSecond = 1'000'000'000;
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<uint64_t>(time.tv_sec) * kNsPerSecond + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace

Moment read_clocks() noexcept {
    return {.now_ns = read_ns(CLOCK_BOOTTIME), .unix_ns = read_ns(CLOCK_REALTIME)};
}

}  // namespace egret::control
