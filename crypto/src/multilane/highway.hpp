// SPDX-License-Identifier: Apache-2.0
#pragma once

// Highway for one target, which the including file names in HWY_BASELINE_TARGETS. Each target has a file of its own rather
// than Highway's repeated inclusion: then IFMA, which Highway does not know, is a target like the others.
#define HWY_COMPILE_ONLY_STATIC
// Not used, so not asked of the processor.
#define HWY_DISABLE_PCLMUL_AES
#define HWY_DISABLE_F16C
// NEON is part of the architecture: without this, Highway asks the compiler for more (AES), and GCC 12 then refuses to
// inline what std::array generates.
#define TOOLCHAIN_MISS_SYS_AUXV_H
#include <hwy/highway.h>

#if defined(EGRET_TARGET_HAS_IFMA)
#undef HWY_TARGET_STR
#define HWY_TARGET_STR HWY_TARGET_STR_AVX3 ",avx512ifma"
#endif
