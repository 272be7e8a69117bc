// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace egret {

/// Looks at each of many things once in an interval, a few at each call: the work of a call is in proportion to the time
/// since the last one, and bounded. Where calls come seldom the round takes as many calls as it needs.
class Rounds {
  public:
    /// Most things looked at in one call.
    static constexpr uint32_t kMost = 1024;

    explicit Rounds(uint64_t interval_ns)
        : interval_ns_(interval_ns) {}

    /// Calls `visit(index)` for those of [0, n) whose turn it is, until it returns false: then the same one comes first at
    /// the next call.
    template <class Visit>
    void run(uint32_t n, uint64_t now_ns, Visit&& visit) {
        if (n == 0) {
            return;
        }
        const uint64_t step_ns = std::max<uint64_t>(1, interval_ns_ / n);
        // Whoever is late by more than a round makes up for one.
        done_ns_ = std::max(done_ns_, now_ns - std::min(now_ns, interval_ns_));
        const uint64_t due = now_ns < done_ns_ ? 0 : (now_ns - done_ns_) / step_ns;
        for (uint64_t i = std::min<uint64_t>({due, n, kMost}); i > 0; --i) {
            next_ = next_ < n ? next_ : 0;
            if (!visit(next_)) {
                return;
            }
            ++next_;
            done_ns_ += step_ns;
        }
    }

  private:
    uint64_t interval_ns_;
    uint64_t done_ns_ = 0;  ///< everything due until then was done
    uint32_t next_ = 0;
};

}  // namespace egret
