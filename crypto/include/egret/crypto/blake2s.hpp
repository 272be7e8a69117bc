// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/bytes.hpp>
#include <egret/crypto/secret.hpp>

#include <array>
#include <cstddef>
#include <initializer_list>

/// BLAKE2s (RFC 7693) and what the protocol makes of it. Inputs come in parts that are hashed as if
/// they stood behind each other. Nothing here can fail.
namespace egret::crypto {

inline constexpr size_t kHashSize = 32;
inline constexpr size_t kMacSize = 16;

using Digest = std::array<std::byte, kHashSize>;
using Mac = std::array<std::byte, kMacSize>;

/// BLAKE2s with a result of `out.size()` bytes (1 to 32), in its keyed mode if `key` is not empty
/// (up to 32 bytes).
void blake2s(ByteView key, std::initializer_list<ByteView> parts, ByteSpan out) noexcept;

/// The hash of the protocol: 32 bytes, no key.
[[nodiscard]] Digest blake2s(std::initializer_list<ByteView> parts) noexcept;

/// The MAC of the protocol (mac1, mac2, cookies): keyed, 16 bytes. `key`: 1 to 32 bytes.
[[nodiscard]] Mac blake2s_mac(ByteView key, std::initializer_list<ByteView> parts) noexcept;

/// HMAC (RFC 2104) over unkeyed BLAKE2s. `key`: up to a block of 64 bytes.
[[nodiscard]] Secret<kHashSize>
hmac_blake2s(ByteView key, std::initializer_list<ByteView> parts) noexcept;

/// HKDF of the Noise specification, section 4.3: fills all of `out`, 1 to 3 values.
void hkdf(
    const Secret<kHashSize>& chaining_key,
    ByteView input,
    std::span<Secret<kHashSize>> out
) noexcept;

template <size_t Count>
[[nodiscard]] std::array<Secret<kHashSize>, Count>
hkdf(const Secret<kHashSize>& chaining_key, ByteView input) noexcept {
    static_assert(Count >= 1 && Count <= 3);
    std::array<Secret<kHashSize>, Count> out;
    hkdf(chaining_key, input, out);
    return out;
}

}  // namespace egret::crypto
