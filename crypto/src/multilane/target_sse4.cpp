// SPDX-License-Identifier: Apache-2.0
#define HWY_BASELINE_TARGETS HWY_SSE4
#include "keystream-inl.hpp"
#include "poly1305-inl.hpp"

namespace egret::crypto::multilane {

constinit const Kernels kSse4Kernels{keystream, tags};

}  // namespace egret::crypto::multilane
