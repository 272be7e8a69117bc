// SPDX-License-Identifier: Apache-2.0
// Included once by each target's file: everything here is that target's own.
#pragma once

#include "highway.hpp"

#include <cstddef>

HWY_BEFORE_NAMESPACE();

namespace egret::crypto::multilane {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// A vector whose 128-bit block b is `block(first + b * step)`.
template <class D, class Block>
HWY_INLINE hn::Vec<D> gather_blocks(D d, const Block& block, size_t first, size_t step) {
    if constexpr (hn::MaxLanes(D()) * sizeof(hn::TFromD<D>) == 16) {
        return block(first);
    } else {
        const hn::Half<D> half;
        constexpr size_t kBlocksOfHalf = hn::MaxLanes(D()) * sizeof(hn::TFromD<D>) / 32;
        const auto high = gather_blocks(half, block, first + kBlocksOfHalf * step, step);
        return hn::Combine(d, high, gather_blocks(half, block, first, step));
    }
}

}  // namespace
}  // namespace egret::crypto::multilane

HWY_AFTER_NAMESPACE();
