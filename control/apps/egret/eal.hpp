// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/aead_choice.hpp>

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// Starts DPDK's environment for packet work in this process: no huge pages, no devices, no files shared with other
/// processes, one thread that runs wherever the caller may. Needs no root. `max_simd_bits` holds for DPDK,
/// too. Call once per process.
[[nodiscard]] tl::expected<void, std::string> start_eal(
    uint16_t max_simd_bits = AeadWish::kAnySimd
);

}  // namespace egret::control
