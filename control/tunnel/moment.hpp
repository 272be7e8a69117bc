// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace egret::control {

/// One reading of both clocks. Timers run on the monotonic one; the wall clock only stands in
/// initiations, and may jump.
struct Moment {
    uint64_t now_ns = 0;   ///< monotonic; the dataplane's clock, so that session ages agree
    uint64_t unix_ns = 0;  ///< since 1970 UTC
};

/// Time since `since_ns`; a clock that went backwards makes nothing older.
constexpr uint64_t age_ns(uint64_t since_ns, uint64_t now_ns) noexcept {
    return now_ns > since_ns ? now_ns - since_ns : 0;
}

inline constexpr uint64_t kNever = UINT64_MAX;

}  // namespace egret::control
