// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace egret::crypto::multilane {

/// Copies `kPiece` bytes from the beginning and `kPiece` from the end, which may overlap.
template <size_t kPiece>
inline void copy_both_ends(uint8_t* to, const uint8_t* from, size_t size_bytes) noexcept {
    uint8_t begin[kPiece];
    uint8_t end[kPiece];
    std::memcpy(begin, from, kPiece);
    std::memcpy(end, from + size_bytes - kPiece, kPiece);
    std::memcpy(to, begin, kPiece);
    std::memcpy(to + size_bytes - kPiece, end, kPiece);
}

/// Copies 1 to 64 bytes without a call and without touching any other byte.
inline void copy_short(uint8_t* to, const uint8_t* from, size_t size_bytes) noexcept {
    if (size_bytes >= 32) {
        copy_both_ends<32>(to, from, size_bytes);
    } else if (size_bytes >= 16) {
        copy_both_ends<16>(to, from, size_bytes);
    } else if (size_bytes >= 8) {
        copy_both_ends<8>(to, from, size_bytes);
    } else if (size_bytes >= 4) {
        copy_both_ends<4>(to, from, size_bytes);
    } else if (size_bytes >= 2) {
        copy_both_ends<2>(to, from, size_bytes);
    } else {
        *to = *from;
    }
}

}  // namespace egret::crypto::multilane
