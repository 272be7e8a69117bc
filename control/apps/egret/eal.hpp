// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// Starts DPDK's environment for packet work in this process: no huge pages, no devices, no files shared with other
/// processes, one thread that runs wherever the caller may. Needs no root. Call once per process.
[[nodiscard]] tl::expected<void, std::string> start_eal();

}  // namespace egret::control
