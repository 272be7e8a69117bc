// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace egret {

/// What comes before the first comma of DPDK's device arguments: the device's name.
[[nodiscard]] std::string_view device_of(std::string_view devargs) noexcept;

/// The value behind `key=` among them; empty if there is none.
[[nodiscard]] std::string_view argument_of(std::string_view devargs, std::string_view key) noexcept;

}  // namespace egret
