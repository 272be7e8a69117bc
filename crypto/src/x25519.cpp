// SPDX-License-Identifier: Apache-2.0
#include "sodium_bytes.hpp"

#include <egret/crypto/x25519.hpp>

#include <sodium.h>

namespace egret::crypto {

static_assert(crypto_scalarmult_curve25519_BYTES == kKeySize);
static_assert(crypto_scalarmult_curve25519_SCALARBYTES == kKeySize);

PrivateKey PrivateKey::generate(Random& random) noexcept {
    Secret<kKeySize> bytes;
    random.fill(bytes.writable());
    return PrivateKey(bytes.bytes());
}

PrivateKey::PrivateKey(std::span<const std::byte, kKeySize> bytes) noexcept
    : scalar_(bytes) {
    const auto scalar = scalar_.writable();
    scalar[0] &= std::byte{0xf8};
    scalar[31] = (scalar[31] & std::byte{0x7f}) | std::byte{0x40};
}

PublicKey PrivateKey::public_key() const noexcept {
    PublicKey key;
    crypto_scalarmult_curve25519_base(uchars(key.bytes), uchars(scalar_.bytes()));
    return key;
}

std::optional<SharedSecret> PrivateKey::agree(const PublicKey& other) const noexcept {
    SharedSecret shared;
    const int status = crypto_scalarmult_curve25519(
        uchars(shared.writable()),
        uchars(scalar_.bytes()),
        uchars(other.bytes)
    );
    // libsodium refuses known points of low order; the check of the result holds for any library.
    if (status != 0 || shared.is_zero()) {
        return std::nullopt;
    }
    return shared;
}

}  // namespace egret::crypto
