// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace egret::control {

/// The longest name of anything in a configuration.
inline constexpr size_t kMaxNameBytes = 128;

/// `text` as a name of a configuration: control characters become blanks, what is longer than
/// `max_bytes` is cut between characters, and an empty one is "unnamed".
[[nodiscard]] std::string clean_name(std::string_view text, size_t max_bytes = kMaxNameBytes);

}  // namespace egret::control
