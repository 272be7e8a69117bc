// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/limits.hpp>
#include <egret/crypto/replay_window.hpp>

#include <algorithm>

namespace egret::crypto {

namespace {

constexpr uint64_t kWordBits = 64;
constexpr uint64_t kWords = ReplayWindow::kBits / kWordBits;
static_assert((kWords & (kWords - 1)) == 0, "the ring index is a mask");

/// No suite protects more messages under one key, so `next_` cannot wrap.
constexpr uint64_t kEnd = message_limits(Suite::wireguard).reject;
static_assert(message_limits(Suite::aes256gcm).reject <= kEnd);

constexpr uint64_t ring_index(uint64_t counter) noexcept {
    return (counter / kWordBits) % kWords;
}

constexpr uint64_t bit_of(uint64_t counter) noexcept {
    return uint64_t{1} << (counter % kWordBits);
}

}  // namespace

ReplayWindow::Verdict ReplayWindow::check(uint64_t counter) const noexcept {
    if (counter >= kEnd) {
        return Verdict::too_old;
    }
    if (counter >= next_) {
        return Verdict::fresh;
    }
    if (next_ - 1 - counter > kWindowSize) {
        return Verdict::too_old;
    }
    const bool seen = (seen_[ring_index(counter)] & bit_of(counter)) != 0;
    return seen ? Verdict::replayed : Verdict::fresh;
}

ReplayWindow::Verdict ReplayWindow::accept(uint64_t counter) noexcept {
    const Verdict verdict = check(counter);
    if (verdict != Verdict::fresh) {
        return verdict;
    }
    if (counter >= next_) {
        // Words between the old and the new top come into use again: forget what they held one
        // round ago.
        const uint64_t top = next_ == 0 ? 0 : (next_ - 1) / kWordBits;
        const uint64_t steps = std::min(counter / kWordBits - top, kWords);
        for (uint64_t step = 1; step <= steps; ++step) {
            seen_[(top + step) % kWords] = 0;
        }
        next_ = counter + 1;
    }
    seen_[ring_index(counter)] |= bit_of(counter);
    return verdict;
}

}  // namespace egret::crypto
