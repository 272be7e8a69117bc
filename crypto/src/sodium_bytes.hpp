// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace egret::crypto {

inline const unsigned char* uchars(const std::byte* bytes) noexcept {
    return reinterpret_cast<const unsigned char*>(bytes);
}

inline unsigned char* uchars(std::byte* bytes) noexcept {
    return reinterpret_cast<unsigned char*>(bytes);
}

/// The bytes of an array or span as the C libraries want them.
template <typename Bytes>
auto uchars(Bytes&& bytes) noexcept -> decltype(uchars(bytes.data())) {
    return uchars(bytes.data());
}

}  // namespace egret::crypto
