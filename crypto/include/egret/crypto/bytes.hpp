// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace egret::crypto {

using ByteView = std::span<const std::byte>;
using ByteSpan = std::span<std::byte>;

/// The characters of `text` as bytes; no terminator.
[[nodiscard]] inline ByteView bytes_of(std::string_view text) noexcept {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// Writes `value` little endian, as every integer of WireGuard's messages is.
template <typename Unsigned>
constexpr void store_le(std::span<std::byte, sizeof(Unsigned)> out, Unsigned value) noexcept {
    for (size_t i = 0; i < sizeof(Unsigned); ++i) {
        out[i] = static_cast<std::byte>(value >> (8 * i));
    }
}

template <typename Unsigned>
[[nodiscard]] constexpr Unsigned load_le(std::span<const std::byte, sizeof(Unsigned)> bytes
) noexcept {
    Unsigned value = 0;
    for (size_t i = 0; i < sizeof(Unsigned); ++i) {
        value |= static_cast<Unsigned>(std::to_integer<Unsigned>(bytes[i]) << (8 * i));
    }
    return value;
}

}  // namespace egret::crypto
