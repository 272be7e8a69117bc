// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace egret::crypto {

/// Makes libsodium look at the processor and open its random source; any thread, any number of
/// times. Called by whatever depends on it, so that no program has to remember to. False only where
/// the system offers no randomness.
bool sodium_ready() noexcept;

}  // namespace egret::crypto
