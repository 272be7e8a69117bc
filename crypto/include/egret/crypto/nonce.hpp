// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace egret::crypto {

inline constexpr size_t kNonceSize = 12;
using Nonce = std::array<unsigned char, kNonceSize>;

/// The nonce of a message counter: four zero bytes, then the counter, little endian for
/// ChaCha20-Poly1305 and big endian for AES-256-GCM (Noise specification, section 12).
[[nodiscard]] constexpr Nonce nonce_of(Suite suite, uint64_t counter) noexcept {
    Nonce nonce{};
    for (size_t i = 0; i < sizeof(counter); ++i) {
        const size_t position = suite == Suite::aes256gcm ? sizeof(counter) - 1 - i : i;
        nonce[4 + position] = static_cast<unsigned char>(counter >> (8 * i));
    }
    return nonce;
}

}  // namespace egret::crypto
