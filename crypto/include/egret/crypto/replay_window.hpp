// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace egret::crypto {

/// Remembers which transport counters of one session were already accepted (RFC 6479's ring of
/// bits, without shifting).
///
/// A counter is fresh if it is above every accepted one, or not more than kWindowSize below the
/// highest and not yet accepted. Counters no suite may reach (message_limits) count as too old. Ask
/// `check` before decrypting, it is cheap; call `accept` only after the tag proved the message
/// authentic, or a forger could move the window. Threads: one owner, no locking.
class ReplayWindow {
  public:
    static constexpr uint64_t kBits = 8192;
    /// One word of the ring is always being reused, so the window is a word shorter than the ring
    /// (WireGuard: 8,128).
    static constexpr uint64_t kWindowSize = kBits - 64;

    enum class Verdict : uint8_t { fresh, replayed, too_old };

    /// Says whether `counter` may still be accepted; changes nothing.
    [[nodiscard]] Verdict check(uint64_t counter) const noexcept;

    /// Marks an authenticated `counter` as used. Returns what `check` would have said; only `fresh`
    /// marks.
    [[nodiscard]] Verdict accept(uint64_t counter) noexcept;

    /// One above the highest accepted counter; 0: none yet.
    [[nodiscard]] uint64_t next() const noexcept { return next_; }

  private:
    uint64_t next_ = 0;  ///< one above the highest accepted counter; 0: none yet
    std::array<uint64_t, kBits / 64> seen_{};
};

}  // namespace egret::crypto
