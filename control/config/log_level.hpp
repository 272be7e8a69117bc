// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace egret::control {

/// In order of severity.
enum class LogLevel : uint8_t { trace, debug, info, warning, error };

}  // namespace egret::control
