// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace egret::control {

/// `text` as a basic string of TOML, in its quotes. Bytes that are no UTF-8 stay as they are.
[[nodiscard]] std::string toml_string(std::string_view text);

}  // namespace egret::control
