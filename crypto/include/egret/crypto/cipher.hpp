// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>
#include <egret/crypto/bytes.hpp>
#include <egret/crypto/nonce.hpp>
#include <egret/crypto/secret.hpp>

#include <array>

/// The AEAD of single messages with associated data, for handshakes and cookies. Data messages go
/// through the burst interface of aead.hpp.
namespace egret::crypto {

/// What one message is protected with; borrows the key and the associated data.
struct MessageCipher {
    Suite suite;
    const Secret<kAeadKeySize>& key;
    Nonce nonce;
    ByteView associated_data;
};

/// Encrypts `plaintext` into `out`, which is kAeadTagSize longer; they may start at the same byte.
/// Precondition: `sodium_backend(cipher.suite).available()`.
void seal_message(const MessageCipher& cipher, ByteView plaintext, ByteSpan out) noexcept;

/// Decrypts `ciphertext` into `out`, which is kAeadTagSize shorter. False if it is not authentic;
/// `out` is then zeroed. Same precondition.
[[nodiscard]] bool
open_message(const MessageCipher& cipher, ByteView ciphertext, ByteSpan out) noexcept;

inline constexpr size_t kExtendedNonceSize = 24;
using ExtendedNonce = std::array<std::byte, kExtendedNonceSize>;

/// XChaCha20-Poly1305, whose nonce is long enough to be random: cookies of both suites.
void seal_extended(
    const Secret<kAeadKeySize>& key,
    const ExtendedNonce& nonce,
    ByteView associated_data,
    ByteView plaintext,
    ByteSpan out
) noexcept;

[[nodiscard]] bool open_extended(
    const Secret<kAeadKeySize>& key,
    const ExtendedNonce& nonce,
    ByteView associated_data,
    ByteView ciphertext,
    ByteSpan out
) noexcept;

}  // namespace egret::crypto
