// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_cycles.h>

#include <algorithm>
#include <cstdint>

namespace egret::bench {

/// What two readings of the time stamp counter with nothing between them differ by: it is taken off every measurement.
[[nodiscard]] inline uint64_t cost_of_reading() noexcept {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 1000; ++i) {
        const uint64_t before = rte_rdtsc_precise();
        least = std::min(least, rte_rdtsc_precise() - before);
    }
    return least;
}

/// Adds up what stretches of code take, in cycles of the time stamp counter.
class Stopwatch {
  public:
    void start() noexcept { last_ = rte_rdtsc_precise(); }

    /// What passed since `start` or the last `lap`.
    [[nodiscard]] uint64_t lap() noexcept {
        const uint64_t now = rte_rdtsc_precise();
        const uint64_t passed = now - last_;
        last_ = now;
        return passed - std::min(passed, overhead_);
    }

  private:
    uint64_t overhead_ = cost_of_reading();
    uint64_t last_ = 0;
};

}  // namespace egret::bench
