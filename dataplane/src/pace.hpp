// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <cstdint>

namespace egret {

/// Bounds what a node answers of its own: so many a second, and a second's worth at once. Threads: one owner.
class Pace {
  public:
    /// True if one more may be sent at `now_ns`, and counts it. `rate` is per second, above 0.
    [[nodiscard]] bool admit(uint64_t rate, uint64_t now_ns) noexcept {
        const uint64_t from = std::max(free_ns_, now_ns);
        if (from - now_ns > crypto::kSecond) {
            return false;
        }
        free_ns_ = from + crypto::kSecond / rate;
        return true;
    }

  private:
    uint64_t free_ns_ = 0;  ///< when everything sent so far is paid for
};

}  // namespace egret
