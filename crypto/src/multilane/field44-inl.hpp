// SPDX-License-Identifier: Apache-2.0
// Included once by the target with AVX-512 IFMA.
#pragma once

#include "highway.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();

namespace egret::crypto::multilane {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using D64 = hn::ScalableTag<uint64_t>;
using V64 = hn::Vec<D64>;

/// Numbers modulo 2^130 - 5, one in each 64-bit lane, as limbs of 44, 44 and 42 bits: for processors that multiply
/// 52 bits by 52. Limbs may be a few bits longer than that between operations, never 52.
struct Field {
    static constexpr size_t kLimbs = 3;
    static constexpr std::array<int, kLimbs> kBits{44, 44, 42};
    /// The bit 2^128 in the last limb.
    static constexpr uint64_t kTopBit = uint64_t{1} << 40;

    using Element = std::array<V64, kLimbs>;

    /// A number to multiply by: its limbs, and those that wrap around times 20, for 2^132 is 20.
    struct Multiplier {
        Element limbs;
        Element wrapped;
    };

    static HWY_INLINE Multiplier multiplier(const Element& element) {
        Multiplier result;
        result.limbs = element;
        for (size_t i = 0; i < kLimbs; ++i) {
            const V64 four = hn::ShiftLeft<2>(element[i]);
            result.wrapped[i] = hn::Add(four, hn::ShiftLeft<2>(four));
        }
        return result;
    }

    /// 128 bits, little endian in two words.
    static HWY_INLINE Element split(V64 low, V64 high) {
        const V64 mask = hn::Set(D64(), kMask44);
        return {
            hn::And(low, mask),
            hn::And(hn::Or(hn::ShiftRight<44>(low), hn::ShiftLeft<20>(high)), mask),
            hn::ShiftRight<24>(high),
        };
    }

    /// The lower 128 bits of limbs that are no longer than 44 bits.
    static HWY_INLINE std::array<V64, 2> join(const Element& e) {
        return {
            hn::Or(e[0], hn::ShiftLeft<44>(e[1])),
            hn::Or(hn::ShiftRight<20>(e[1]), hn::ShiftLeft<24>(e[2])),
        };
    }

    static HWY_INLINE Element multiply(const Element& h, const Multiplier& r) {
        const V64 mask44 = hn::Set(D64(), kMask44);
        Element low;
        Element high;
        for (size_t i = 0; i < kLimbs; ++i) {
            low[i] = high[i] = hn::Zero(D64());
            for (size_t j = 0; j < kLimbs; ++j) {
                const V64 other = j <= i ? r.limbs[i - j] : r.wrapped[kLimbs + i - j];
                low[i] = V64{_mm512_madd52lo_epu64(low[i].raw, h[j].raw, other.raw)};
                high[i] = V64{_mm512_madd52hi_epu64(high[i].raw, h[j].raw, other.raw)};
            }
        }
        // The high half of a product stands at bit 52: 8 above the next limb of 44 bits, 10 above one of 42.
        low[1] = hn::Add(low[1], carry<44, 8>(low[0], high[0]));
        low[2] = hn::Add(low[2], carry<44, 8>(low[1], high[1]));
        const V64 over = carry<42, 10>(low[2], high[2]);
        low[0] = hn::And(low[0], mask44);
        low[0] = hn::Add(low[0], hn::Add(over, hn::ShiftLeft<2>(over)));
        low[1] = hn::Add(hn::And(low[1], mask44), hn::ShiftRight<44>(low[0]));
        low[0] = hn::And(low[0], mask44);
        low[2] = hn::And(low[2], hn::Set(D64(), (uint64_t{1} << 42) - 1));
        return low;
    }

  private:
    static constexpr uint64_t kMask44 = (uint64_t{1} << 44) - 1;

    template <int kBits, int kAbove>
    static HWY_INLINE V64 carry(V64 low, V64 high) {
        return hn::Add(hn::ShiftRight<kBits>(low), hn::ShiftLeft<kAbove>(high));
    }
};

}  // namespace
}  // namespace egret::crypto::multilane

HWY_AFTER_NAMESPACE();
