// SPDX-License-Identifier: Apache-2.0
#include "targets.hpp"

namespace egret::crypto::multilane {

#if defined(__x86_64__)

bool has_sse4() noexcept {
    return __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1") &&
           __builtin_cpu_supports("sse4.2");
}

bool has_avx2() noexcept {
    return has_sse4() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
}

bool has_avx512() noexcept {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}

bool has_avx512_ifma() noexcept {
    return has_avx512() && __builtin_cpu_supports("avx512ifma");
}

#elif defined(__aarch64__)

// Part of the architecture.
bool has_neon() noexcept {
    return true;
}

#endif

}  // namespace egret::crypto::multilane
