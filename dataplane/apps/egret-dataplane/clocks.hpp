// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "worker/clock.hpp"

namespace egret {

/// This machine's clocks.
[[nodiscard]] Clocks system_clocks() noexcept;

}  // namespace egret
