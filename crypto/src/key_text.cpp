// SPDX-License-Identifier: Apache-2.0
#include "sodium_bytes.hpp"

#include <egret/crypto/key_text.hpp>

#include <sodium.h>

#include <algorithm>
#include <array>

namespace egret::crypto {

static_assert(
    sodium_base64_ENCODED_LEN(kKeySize, sodium_base64_VARIANT_ORIGINAL) == kKeyTextSize + 1
);

KeyText key_text(std::span<const std::byte, kKeySize> key) noexcept {
    Secret<kKeyTextSize + 1> terminated;
    sodium_bin2base64(
        reinterpret_cast<char*>(terminated.writable().data()),
        Secret<kKeyTextSize + 1>::kSize,
        uchars(key),
        key.size(),
        sodium_base64_VARIANT_ORIGINAL
    );
    KeyText text;
    std::ranges::copy(
        terminated.bytes().first<kKeyTextSize>(),
        text.characters_.writable().begin()
    );
    return text;
}

std::optional<Secret<kKeySize>> parse_key(std::string_view text) noexcept {
    if (text.size() != kKeyTextSize) {
        return std::nullopt;
    }
    Secret<kKeySize> key;
    size_t size_bytes = 0;
    const int status = sodium_base642bin(
        uchars(ByteSpan(key.writable())),
        kKeySize,
        text.data(),
        text.size(),
        nullptr,
        &size_bytes,
        nullptr,
        sodium_base64_VARIANT_ORIGINAL
    );
    if (status != 0 || size_bytes != kKeySize) {
        return std::nullopt;
    }
    return key;
}

std::optional<PublicKey> parse_public_key(std::string_view text) noexcept {
    const std::optional<Secret<kKeySize>> bytes = parse_key(text);
    if (!bytes) {
        return std::nullopt;
    }
    PublicKey key;
    std::ranges::copy(bytes->bytes(), key.bytes.begin());
    return key;
}

std::optional<PrivateKey> parse_private_key(std::string_view text) noexcept {
    const std::optional<Secret<kKeySize>> bytes = parse_key(text);
    if (!bytes) {
        return std::nullopt;
    }
    return PrivateKey(bytes->bytes());
}

}  // namespace egret::crypto
