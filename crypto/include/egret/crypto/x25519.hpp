// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/random.hpp>
#include <egret/crypto/secret.hpp>

#include <array>
#include <compare>
#include <optional>

/// Keys and key agreement on Curve25519 (RFC 7748).
namespace egret::crypto {

inline constexpr size_t kKeySize = 32;

/// A point's u-coordinate as it travels. Any 32 bytes are one; whether it is a point of low order
/// shows when it is used.
struct PublicKey {
    std::array<std::byte, kKeySize> bytes{};

    friend bool operator==(const PublicKey&, const PublicKey&) = default;

    friend std::strong_ordering operator<=>(const PublicKey& a, const PublicKey& b) noexcept {
        return a.bytes <=> b.bytes;
    }
};

/// What two keys agree on; never all zero.
using SharedSecret = Secret<kKeySize>;

/// A clamped scalar. Move-only, wiped.
class PrivateKey {
  public:
    [[nodiscard]] static PrivateKey generate(Random& random) noexcept;

    /// Clamps (RFC 7748 section 5), which changes neither the public key nor what is agreed on.
    explicit PrivateKey(std::span<const std::byte, kKeySize> bytes) noexcept;

    [[nodiscard]] PrivateKey copy() const noexcept { return PrivateKey(scalar_.bytes()); }

    [[nodiscard]] PublicKey public_key() const noexcept;

    /// Nothing if the result is all zero, that is if `other` is a point of low order: whoever sent
    /// it would know the result without knowing any key.
    [[nodiscard]] std::optional<SharedSecret> agree(const PublicKey& other) const noexcept;

    [[nodiscard]] std::span<const std::byte, kKeySize> bytes() const noexcept {
        return scalar_.bytes();
    }

    void wipe() noexcept { scalar_.wipe(); }

    friend bool operator==(const PrivateKey&, const PrivateKey&) = default;

  private:
    Secret<kKeySize> scalar_;
};

template <typename Stream>
Stream& operator<<(Stream& stream, const PrivateKey& key) = delete;

/// A private key with its public one beside it: deriving it costs as much as half an agreement.
struct KeyPair {
    PrivateKey private_key;
    PublicKey public_key;

    explicit KeyPair(PrivateKey key) noexcept
        : private_key(std::move(key)),
          public_key(private_key.public_key()) {}

    [[nodiscard]] static KeyPair generate(Random& random) noexcept {
        return KeyPair(PrivateKey::generate(random));
    }

    [[nodiscard]] KeyPair copy() const noexcept { return KeyPair(private_key.copy(), public_key); }

  private:
    KeyPair(PrivateKey key, const PublicKey& its_public) noexcept
        : private_key(std::move(key)),
          public_key(its_public) {}
};

}  // namespace egret::crypto
