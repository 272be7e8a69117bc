// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/backoff.hpp"

#include <algorithm>

namespace egret::control {
namespace {

constexpr uint64_t kFirstMs = 60'000;
constexpr uint64_t kLongestMs = 6 * 3'600'000;

/// 0 to `part` milliseconds; a year of them fits.
uint64_t some_of(uint64_t part, crypto::Random& random) {
    return random.below(static_cast<uint32_t>(std::min<uint64_t>(part, UINT32_MAX - 1) + 1));
}

}  // namespace

uint64_t next_refresh_ms(uint64_t refresh_ms, crypto::Random& random) {
    const uint64_t tenth = refresh_ms / 10;
    return refresh_ms - tenth + some_of(2 * tenth, random);
}

uint64_t next_retry_ms(
    uint32_t failures,
    uint64_t refresh_ms,
    uint64_t retry_after_ms,
    crypto::Random& random
) {
    constexpr uint32_t kMaxDoublings = 10;
    const uint32_t doublings = std::min(failures - std::min(failures, 1U), kMaxDoublings);
    const uint64_t wait = std::min({kFirstMs << doublings, kLongestMs, refresh_ms});
    return std::max(wait, retry_after_ms) + some_of(wait / 4, random);
}

}  // namespace egret::control
