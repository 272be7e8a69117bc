// SPDX-License-Identifier: Apache-2.0
// Included once by each target's file: everything here is that target's own.
#pragma once

#include "gather-inl.hpp"
#include "highway.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();

namespace egret::crypto::multilane {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using D32 = hn::ScalableTag<uint32_t>;
using D64 = hn::ScalableTag<uint64_t>;
using V32 = hn::Vec<D32>;

/// ChaCha20 blocks in one state, one in each 32-bit lane.
constexpr size_t kLanes = HWY_LANES(uint32_t);

/// One vector for each word of the lanes' states.
using State = std::array<V32, 16>;

template <int kBits>
HWY_INLINE V32 rotate_left(V32 v) {
#if HWY_TARGET == HWY_AVX3
    return hn::RotateRight<32 - kBits>(v);
#elif HWY_TARGET == HWY_NEON
    if constexpr (kBits == 16) {
        return V32(vreinterpretq_u32_u16(vrev32q_u16(vreinterpretq_u16_u32(v.raw))));
    } else {
        return V32(vsriq_n_u32(vshlq_n_u32(v.raw, kBits), v.raw, 32 - kBits));
    }
#else
    if constexpr (kBits == 16 || kBits == 8) {
        constexpr uint32_t k0 = kBits == 16 ? 0x01000302 : 0x02010003;
        alignas(16) static constexpr uint32_t kBytes[4] = {
            k0,
            k0 + 0x04040404,
            k0 + 0x08080808,
            k0 + 0x0c0c0c0c};
        return hn::TableLookupBytes(v, hn::LoadDup128(D32(), kBytes));
    } else {
        return hn::Or(hn::ShiftLeft<kBits>(v), hn::ShiftRight<32 - kBits>(v));
    }
#endif
}

/// Quarter rounds of a state that are written side by side: all where there are 32 registers; with 16, fewer spill less,
/// and the processor finds what it can do out of order.
#if HWY_TARGET == HWY_AVX2
constexpr size_t kWidth = 1;
#elif HWY_TARGET == HWY_SSE4
constexpr size_t kWidth = 2;
#else
constexpr size_t kWidth = 4;
#endif

/// One step of quarter rounds `kFirst` and up of each state (RFC 8439, section 2.1): sum += addend, turned = (turned ^ sum)
/// <<< kBits. Rows of the states, rotated by their numbers times `shift`.
template <int kBits, size_t kSum, size_t kAddend, size_t kTurned, size_t kStates>
HWY_INLINE void quarter_step(std::array<State, kStates>& states, size_t shift, size_t first) {
    const auto word = [=](size_t row, size_t i) { return 4 * row + (first + i + row * shift) % 4; };
    for (State& x : states) {
        for (size_t i = 0; i < kWidth; ++i) {
            x[word(kSum, i)] = hn::Add(x[word(kSum, i)], x[word(kAddend, i)]);
        }
        for (size_t i = 0; i < kWidth; ++i) {
            V32& turned = x[word(kTurned, i)];
            turned = rotate_left<kBits>(hn::Xor(turned, x[word(kSum, i)]));
        }
    }
}

/// Four quarter rounds, on columns or, with a shift of 1, on diagonals.
template <size_t kShift, size_t kStates>
HWY_INLINE void quarter_rounds(std::array<State, kStates>& states) {
    for (size_t first = 0; first < 4; first += kWidth) {
        quarter_step<16, 0, 1, 3>(states, kShift, first);
        quarter_step<12, 2, 3, 1>(states, kShift, first);
        quarter_step<8, 0, 1, 3>(states, kShift, first);
        quarter_step<7, 2, 3, 1>(states, kShift, first);
    }
}

template <size_t kStates>
HWY_INLINE void chacha20_rounds(std::array<State, kStates>& states) {
    for (int i = 0; i < 10; ++i) {
        quarter_rounds<0>(states);
        quarter_rounds<1>(states);
    }
}

/// Transposes the four words of each lane's 128-bit block: lane 4b+i of the inputs goes to block b of output i. Its own inverse.
HWY_INLINE void transpose_words(V32& v0, V32& v1, V32& v2, V32& v3) {
    const D32 d32;
    const D64 d64;
    const auto low01 = hn::BitCast(d64, hn::InterleaveLower(d32, v0, v1));
    const auto low23 = hn::BitCast(d64, hn::InterleaveLower(d32, v2, v3));
    const auto high01 = hn::BitCast(d64, hn::InterleaveUpper(d32, v0, v1));
    const auto high23 = hn::BitCast(d64, hn::InterleaveUpper(d32, v2, v3));
    v0 = hn::BitCast(d32, hn::InterleaveLower(d64, low01, low23));
    v1 = hn::BitCast(d32, hn::InterleaveUpper(d64, low01, low23));
    v2 = hn::BitCast(d32, hn::InterleaveLower(d64, high01, high23));
    v3 = hn::BitCast(d32, hn::InterleaveUpper(d64, high01, high23));
}

HWY_INLINE void xor_into(uint8_t* text, V32 keystream) {
    const hn::Repartition<uint8_t, D32> d8;
    hn::StoreU(hn::Xor(hn::LoadU(d8, text), hn::BitCast(d8, keystream)), d8, text);
}

/// XORs the blocks of lanes i, 4+i, 8+i, ... into their texts. `q0` to `q3` hold their quarters, one lane in each 128-bit block.
HWY_INLINE void xor_quarters(uint8_t* const* texts, size_t i, V32 q0, V32 q1, V32 q2, V32 q3) {
    const D32 d;
    if constexpr (kLanes == 4) {
        xor_into(texts[i], q0);
        xor_into(texts[i] + 16, q1);
        xor_into(texts[i] + 32, q2);
        xor_into(texts[i] + 48, q3);
    } else if constexpr (kLanes == 8) {
        xor_into(texts[i], hn::ConcatLowerLower(d, q1, q0));
        xor_into(texts[i] + 32, hn::ConcatLowerLower(d, q3, q2));
        xor_into(texts[4 + i], hn::ConcatUpperUpper(d, q1, q0));
        xor_into(texts[4 + i] + 32, hn::ConcatUpperUpper(d, q3, q2));
    } else {
        const V32 even01 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(q1), q0);
        const V32 even23 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(q3), q2);
        const V32 odd01 = hn::OddEvenBlocks(q1, hn::SwapAdjacentBlocks(q0));
        const V32 odd23 = hn::OddEvenBlocks(q3, hn::SwapAdjacentBlocks(q2));
        xor_into(texts[i], hn::ConcatLowerLower(d, even23, even01));
        xor_into(texts[4 + i], hn::ConcatLowerLower(d, odd23, odd01));
        xor_into(texts[8 + i], hn::ConcatUpperUpper(d, even23, even01));
        xor_into(texts[12 + i], hn::ConcatUpperUpper(d, odd23, odd01));
    }
}

/// XORs each lane's block into the 64 bytes its text points to.
HWY_INLINE void xor_blocks(uint8_t* const* texts, State& x) {
    for (size_t quarter = 0; quarter < 4; ++quarter) {
        transpose_words(x[4 * quarter], x[4 * quarter + 1], x[4 * quarter + 2], x[4 * quarter + 3]);
    }
    for (size_t i = 0; i < 4; ++i) {
        xor_quarters(texts, i, x[i], x[4 + i], x[8 + i], x[12 + i]);
    }
}

/// Words 4h to 4h+3 of the keys of lanes i, 4+i, 8+i, ..., one lane in each 128-bit block.
HWY_INLINE V32 load_key_quarters(const uint32_t* const* keys, size_t h, size_t i) {
    const auto part = [&](size_t lane) {
        return hn::LoadU(hn::Full128<uint32_t>(), keys[lane] + 4 * h);
    };
    return gather_blocks(D32(), part, i, 4);
}

}  // namespace
}  // namespace egret::crypto::multilane

HWY_AFTER_NAMESPACE();
