// SPDX-License-Identifier: Apache-2.0
// Included once by each target's file: everything here is that target's own.
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

/// Numbers modulo 2^130 - 5, one in each 64-bit lane, as five limbs of 26 bits: for processors that
/// multiply 32 bits by 32. Limbs may be a few bits longer than that between operations.
struct Field {
    static constexpr size_t kLimbs = 5;
    static constexpr std::array<int, kLimbs> kBits{26, 26, 26, 26, 26};
    /// The bit 2^128 in the last limb.
    static constexpr uint64_t kTopBit = uint64_t{1} << 24;

    using Element = std::array<V64, kLimbs>;

#if HWY_TARGET == HWY_NEON
    using Factor = uint32x2_t;

    static HWY_INLINE Factor factor(V64 limb) {
        return vmovn_u64(limb.raw);
    }

    static HWY_INLINE V64 multiply_add(V64 sum, Factor a, Factor b) {
        return V64(vmlal_u32(sum.raw, a, b));
    }
#else
    using Factor = hn::Vec<hn::Repartition<uint32_t, D64>>;

    static HWY_INLINE Factor factor(V64 limb) {
        return hn::BitCast(hn::Repartition<uint32_t, D64>(), limb);
    }

    static HWY_INLINE V64 multiply_add(V64 sum, Factor a, Factor b) {
        return hn::Add(sum, hn::MulEven(a, b));
    }
#endif

    /// A number to multiply by: its limbs, and five times those that wrap around.
    struct Multiplier {
        std::array<Factor, kLimbs> limbs;
        std::array<Factor, kLimbs> wrapped;
    };

    static HWY_INLINE Multiplier multiplier(const Element& element) {
        Multiplier result;
        for (size_t i = 0; i < kLimbs; ++i) {
            result.limbs[i] = factor(element[i]);
            result.wrapped[i] = factor(hn::Add(element[i], hn::ShiftLeft<2>(element[i])));
        }
        return result;
    }

    /// 128 bits, little endian in two words.
    static HWY_INLINE Element split(V64 low, V64 high) {
        const V64 mask = hn::Set(D64(), 0x3ffffff);
        return {
            hn::And(low, mask),
            hn::And(hn::ShiftRight<26>(low), mask),
            hn::And(hn::Or(hn::ShiftRight<52>(low), hn::ShiftLeft<12>(high)), mask),
            hn::And(hn::ShiftRight<14>(high), mask),
            hn::ShiftRight<40>(high),
        };
    }

    /// The lower 128 bits of limbs that are no longer than 26 bits.
    static HWY_INLINE std::array<V64, 2> join(const Element& e) {
        return {
            hn::Or(hn::Or(e[0], hn::ShiftLeft<26>(e[1])), hn::ShiftLeft<52>(e[2])),
            hn::Or(
                hn::Or(hn::ShiftRight<12>(e[2]), hn::ShiftLeft<14>(e[3])),
                hn::ShiftLeft<40>(e[4])
            ),
        };
    }

    static HWY_INLINE Element multiply(const Element& h, const Multiplier& r) {
        std::array<Factor, kLimbs> f;
        for (size_t i = 0; i < kLimbs; ++i) {
            f[i] = factor(h[i]);
        }
        Element product;
        for (size_t i = 0; i < kLimbs; ++i) {
            product[i] = hn::Zero(D64());
            for (size_t j = 0; j < kLimbs; ++j) {
                const Factor other = j <= i ? r.limbs[i - j] : r.wrapped[kLimbs + i - j];
                product[i] = multiply_add(product[i], f[j], other);
            }
        }
        return carried(product);
    }

  private:
    template <size_t kFrom>
    static HWY_INLINE void carry(Element& e) {
        const V64 over = hn::ShiftRight<26>(e[kFrom]);
        e[kFrom] = hn::And(e[kFrom], hn::Set(D64(), 0x3ffffff));
        if constexpr (kFrom == kLimbs - 1) {
            e[0] = hn::Add(e[0], hn::Add(over, hn::ShiftLeft<2>(over)));
        } else {
            e[kFrom + 1] = hn::Add(e[kFrom + 1], over);
        }
    }

    /// Two chains side by side: afterwards limbs 1 and 4 may be one bit longer than 26.
    static HWY_INLINE Element carried(Element e) {
        carry<0>(e);
        carry<3>(e);
        carry<1>(e);
        carry<4>(e);
        carry<2>(e);
        carry<0>(e);
        carry<3>(e);
        return e;
    }
};

}  // namespace
}  // namespace egret::crypto::multilane

HWY_AFTER_NAMESPACE();
