// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/moment.hpp"

namespace egret::control {

/// Reads both clocks: CLOCK_BOOTTIME, which the dataplane uses too and which counts suspended time as WireGuard's timers
/// must, and the wall clock.
[[nodiscard]] Moment read_clocks() noexcept;

}  // namespace egret::control
