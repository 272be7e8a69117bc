// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/secret.hpp>
#include <egret/crypto/x25519.hpp>

#include <optional>
#include <string_view>

/// Keys as text: base64 with padding, as `wg genkey`, `wg pubkey` and `wg genpsk` print them. In
/// constant time, since most of them are secrets.
namespace egret::crypto {

inline constexpr size_t kKeyTextSize = 44;

/// A key's text; wiped, because it may be a secret one's.
class KeyText {
  public:
    [[nodiscard]] std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(characters_.bytes().data()), kKeyTextSize};
    }

  private:
    friend KeyText key_text(std::span<const std::byte, kKeySize> key) noexcept;
    Secret<kKeyTextSize> characters_;
};

[[nodiscard]] KeyText key_text(std::span<const std::byte, kKeySize> key) noexcept;

[[nodiscard]] inline KeyText key_text(const PublicKey& key) noexcept {
    return key_text(key.bytes);
}

[[nodiscard]] inline KeyText key_text(const PrivateKey& key) noexcept {
    return key_text(key.bytes());
}

/// The 32 bytes of a key. Nothing unless `text` is exactly 44 characters of canonical base64: no
/// white space, no other alphabet, no stray bits at the end.
[[nodiscard]] std::optional<Secret<kKeySize>> parse_key(std::string_view text) noexcept;

[[nodiscard]] std::optional<PublicKey> parse_public_key(std::string_view text) noexcept;
[[nodiscard]] std::optional<PrivateKey> parse_private_key(std::string_view text) noexcept;

}  // namespace egret::crypto
