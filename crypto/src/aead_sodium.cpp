// SPDX-License-Identifier: Apache-2.0
#include "prepared_key.hpp"
#include "sodium_ready.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/nonce.hpp>

#include <sodium.h>

#include <array>
#include <cstring>

namespace egret::crypto {

namespace {

static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == kAeadKeySize);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == kAeadTagSize);
static_assert(crypto_aead_chacha20poly1305_ietf_NPUBBYTES == kNonceSize);
static_assert(crypto_aead_aes256gcm_KEYBYTES == kAeadKeySize);
static_assert(crypto_aead_aes256gcm_ABYTES == kAeadTagSize);
static_assert(crypto_aead_aes256gcm_NPUBBYTES == kNonceSize);

using KeyBytes = std::array<unsigned char, kAeadKeySize>;

unsigned char* bytes_of(const AeadJob& job) noexcept {
    return reinterpret_cast<unsigned char*>(job.text);
}

namespace chacha20_poly1305 {

bool available() noexcept {
    return sodium_ready();
}

void* prepare(std::span<const std::byte, kAeadKeySize> key) noexcept {
    auto* prepared = sodium_ready() ? allocate_prepared<KeyBytes>() : nullptr;
    if (prepared != nullptr) {
        std::memcpy(prepared->data(), key.data(), key.size());
    }
    return prepared;
}

void seal(std::span<AeadJob> jobs) noexcept {
    for (const AeadJob& job : jobs) {
        const auto* key = static_cast<const KeyBytes*>(job.key->prepared());
        const Nonce nonce = nonce_of(Suite::wireguard, job.counter);
        unsigned char* text = bytes_of(job);
        crypto_aead_chacha20poly1305_ietf_encrypt(
            text,
            nullptr,
            text,
            job.size_bytes,
            nullptr,
            0,
            nullptr,
            nonce.data(),
            key->data()
        );
    }
}

void open(std::span<AeadJob> jobs) noexcept {
    for (AeadJob& job : jobs) {
        const auto* key = static_cast<const KeyBytes*>(job.key->prepared());
        const Nonce nonce = nonce_of(Suite::wireguard, job.counter);
        unsigned char* text = bytes_of(job);
        job.ok = crypto_aead_chacha20poly1305_ietf_decrypt(
                     text,
                     nullptr,
                     nullptr,
                     text,
                     job.size_bytes,
                     nullptr,
                     0,
                     nonce.data(),
                     key->data()
                 ) == 0;
    }
}

}  // namespace chacha20_poly1305

namespace aes256gcm {

bool available() noexcept {
    return sodium_ready() && crypto_aead_aes256gcm_is_available() == 1;
}

void* prepare(std::span<const std::byte, kAeadKeySize> key) noexcept {
    auto* schedule = available() ? allocate_prepared<crypto_aead_aes256gcm_state>() : nullptr;
    if (schedule != nullptr) {
        crypto_aead_aes256gcm_beforenm(
            schedule,
            reinterpret_cast<const unsigned char*>(key.data())
        );
    }
    return schedule;
}

void seal(std::span<AeadJob> jobs) noexcept {
    for (const AeadJob& job : jobs) {
        const auto* schedule = static_cast<const crypto_aead_aes256gcm_state*>(job.key->prepared());
        const Nonce nonce = nonce_of(Suite::aes256gcm, job.counter);
        unsigned char* text = bytes_of(job);
        crypto_aead_aes256gcm_encrypt_afternm(
            text,
            nullptr,
            text,
            job.size_bytes,
            nullptr,
            0,
            nullptr,
            nonce.data(),
            schedule
        );
    }
}

void open(std::span<AeadJob> jobs) noexcept {
    for (AeadJob& job : jobs) {
        const auto* schedule = static_cast<const crypto_aead_aes256gcm_state*>(job.key->prepared());
        const Nonce nonce = nonce_of(Suite::aes256gcm, job.counter);
        unsigned char* text = bytes_of(job);
        job.ok = crypto_aead_aes256gcm_decrypt_afternm(
                     text,
                     nullptr,
                     nullptr,
                     text,
                     job.size_bytes,
                     nullptr,
                     0,
                     nonce.data(),
                     schedule
                 ) == 0;
    }
}

}  // namespace aes256gcm

constexpr AeadBackend kChaCha20Poly1305{
    .name = "libsodium",
    .suite = Suite::wireguard,
    .available = chacha20_poly1305::available,
    .prepare = chacha20_poly1305::prepare,
    .destroy = destroy_prepared<KeyBytes>,
    .seal = chacha20_poly1305::seal,
    .open = chacha20_poly1305::open,
};

constexpr AeadBackend kAes256Gcm{
    .name = "libsodium",
    .suite = Suite::aes256gcm,
    .available = aes256gcm::available,
    .prepare = aes256gcm::prepare,
    .destroy = destroy_prepared<crypto_aead_aes256gcm_state>,
    .seal = aes256gcm::seal,
    .open = aes256gcm::open,
};

}  // namespace

const AeadBackend& sodium_backend(Suite suite) noexcept {
    return suite == Suite::aes256gcm ? kAes256Gcm : kChaCha20Poly1305;
}

}  // namespace egret::crypto
