// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/random.hpp>

#include <cstdint>

namespace egret::control {

/// When a list is to be looked for again: after `refresh_ms`, give or take a tenth, so that a fleet
/// does not ask all at once.
[[nodiscard]] uint64_t next_refresh_ms(uint64_t refresh_ms, crypto::Random& random);

/// When to try again after `failures` (at least 1) in a row: a minute, doubled each time, up to six
/// hours and never beyond `refresh_ms`, plus up to a quarter; not before `retry_after_ms` in any case.
[[nodiscard]] uint64_t next_retry_ms(
    uint32_t failures,
    uint64_t refresh_ms,
    uint64_t retry_after_ms,
    crypto::Random& random
);

}  // namespace egret::control
