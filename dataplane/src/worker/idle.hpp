// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_pause.h>

#include <cstdint>

namespace egret {

/// How a worker without work backs off: it spins, then pauses, then sleeps, so that a quiet node leaves its core to others and
/// a busy one never waits.
class Idle {
  public:
    /// Between two looks of a sleeper: a frame waits half a millisecond at most, with the kernel's slack, and 2,500 looks a
    /// second cost a core two or three percent.
    static constexpr uint32_t kSleepUs = 350;

    enum class Step : uint8_t { go_on, sleep };

    /// Tells how many things were done in a turn; says what to do before the next.
    [[nodiscard]] Step after(uint32_t n_done) noexcept {
        if (n_done > 0) {
            n_empty_ = 0;
            return Step::go_on;
        }
        if (n_empty_ >= kSpins + kPausedTurns) {
            return Step::sleep;
        }
        if (++n_empty_ > kSpins) {
            for (uint32_t i = 0; i < kPauses; ++i) {
                rte_pause();
            }
        }
        return Step::go_on;
    }

  private:
    static constexpr uint32_t kSpins = 64;
    static constexpr uint32_t kPausedTurns = 64;
    static constexpr uint32_t kPauses = 16;

    uint32_t n_empty_ = 0;  ///< turns since there was something to do, up to where sleeping begins
};

}  // namespace egret
