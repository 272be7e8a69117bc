// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace egret {

/// Tells the time in nanoseconds. The program gives the clocks; nothing in here reads one by itself.
using Clock = uint64_t (*)() noexcept;

struct Clocks {
    Clock boot_ns;  ///< since boot, suspension included (CLOCK_BOOTTIME): what tunnels are timed by
    Clock unix_ns;  ///< of day, for captures
};

}  // namespace egret
