// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels.hpp"

#include <array>
#include <string_view>

namespace egret::crypto::multilane {

/// One instruction set this build has kernels for.
struct Target {
    std::string_view name;  ///< of its backend
    uint16_t simd_bits;
    /// Does this processor have the instructions? Any time.
    bool (*available)() noexcept;
    const Kernels& kernels;
};

// Fastest first. Each asks for what Highway lets the compiler use in that target.
#if defined(__x86_64__)

bool has_sse4() noexcept;
bool has_avx2() noexcept;
bool has_avx512() noexcept;
bool has_avx512_ifma() noexcept;

inline constexpr std::array kTargets{
    Target{"multilane-avx512ifma", 512, has_avx512_ifma, kAvx512IfmaKernels},
    Target{"multilane-avx512", 512, has_avx512, kAvx512Kernels},
    Target{"multilane-avx2", 256, has_avx2, kAvx2Kernels},
    Target{"multilane-sse4", 128, has_sse4, kSse4Kernels},
};

#elif defined(__aarch64__)

bool has_neon() noexcept;

inline constexpr std::array kTargets{Target{"multilane-neon", 128, has_neon, kNeonKernels}};

#else

inline constexpr std::array<Target, 0> kTargets{};

#endif

}  // namespace egret::crypto::multilane
