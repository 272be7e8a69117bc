// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/moment.hpp"

#include <algorithm>
#include <cstdint>

namespace egret::control {

/// Makes clocks that never go back out of such that should not, and do. Where the monotonic one
/// jumps back, time goes on from where it was: timers neither fire early nor wait for hours. Where
/// the wall clock does, it stands still until it is as late again: peers compare it with what they
/// were told before.
class SteadyClock {
  public:
    /// The steady time of a reading.
    [[nodiscard]] uint64_t read(uint64_t raw_ns) noexcept {
        if (raw_ns < last_raw_ns_) {
            ahead_ns_ += last_raw_ns_ - raw_ns;
        }
        last_raw_ns_ = raw_ns;
        return raw_ns + ahead_ns_;
    }

    [[nodiscard]] Moment read(const Moment& raw) noexcept {
        last_unix_ns_ = std::max(last_unix_ns_, raw.unix_ns);
        return {.now_ns = read(raw.now_ns), .unix_ns = last_unix_ns_};
    }

    /// What the clock shows, or showed, at a steady time; kNever stays.
    [[nodiscard]] uint64_t raw(uint64_t steady_ns) const noexcept {
        return steady_ns == kNever || steady_ns < ahead_ns_ ? steady_ns : steady_ns - ahead_ns_;
    }

    /// The steady time of an earlier reading, which may come from another process.
    [[nodiscard]] uint64_t steady(uint64_t raw_ns) const noexcept { return raw_ns + ahead_ns_; }

  private:
    uint64_t last_raw_ns_ = 0;
    uint64_t ahead_ns_ = 0;
    uint64_t last_unix_ns_ = 0;
};

}  // namespace egret::control
