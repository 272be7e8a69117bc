// SPDX-License-Identifier: Apache-2.0
#include "sodium_bytes.hpp"

#include <egret/crypto/cipher.hpp>

#include <sodium.h>

#include <algorithm>

namespace egret::crypto {

namespace {

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == kAeadKeySize);
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == kExtendedNonceSize);
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == kAeadTagSize);

/// libsodium zeroes the output only if the message was long enough to look at.
bool opened(int status, ByteSpan out) noexcept {
    if (status != 0) {
        std::fill(out.begin(), out.end(), std::byte{0});
    }
    return status == 0;
}

}  // namespace

void seal_message(const MessageCipher& cipher, ByteView plaintext, ByteSpan out) noexcept {
    const auto seal = cipher.suite == Suite::aes256gcm ? crypto_aead_aes256gcm_encrypt
                                                       : crypto_aead_chacha20poly1305_ietf_encrypt;
    seal(
        uchars(out),
        nullptr,
        uchars(plaintext),
        plaintext.size(),
        uchars(cipher.associated_data),
        cipher.associated_data.size(),
        nullptr,
        cipher.nonce.data(),
        uchars(cipher.key.bytes())
    );
}

bool open_message(const MessageCipher& cipher, ByteView ciphertext, ByteSpan out) noexcept {
    const auto open = cipher.suite == Suite::aes256gcm ? crypto_aead_aes256gcm_decrypt
                                                       : crypto_aead_chacha20poly1305_ietf_decrypt;
    const int status = open(
        uchars(out),
        nullptr,
        nullptr,
        uchars(ciphertext),
        ciphertext.size(),
        uchars(cipher.associated_data),
        cipher.associated_data.size(),
        cipher.nonce.data(),
        uchars(cipher.key.bytes())
    );
    return opened(status, out);
}

void seal_extended(
    const Secret<kAeadKeySize>& key,
    const ExtendedNonce& nonce,
    ByteView associated_data,
    ByteView plaintext,
    ByteSpan out
) noexcept {
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        uchars(out),
        nullptr,
        uchars(plaintext),
        plaintext.size(),
        uchars(associated_data),
        associated_data.size(),
        nullptr,
        uchars(nonce),
        uchars(key.bytes())
    );
}

bool open_extended(
    const Secret<kAeadKeySize>& key,
    const ExtendedNonce& nonce,
    ByteView associated_data,
    ByteView ciphertext,
    ByteSpan out
) noexcept {
    const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(
        uchars(out),
        nullptr,
        nullptr,
        uchars(ciphertext),
        ciphertext.size(),
        uchars(associated_data),
        associated_data.size(),
        uchars(nonce),
        uchars(key.bytes())
    );
    return opened(status, out);
}

}  // namespace egret::crypto
