// SPDX-License-Identifier: Apache-2.0
#include "minisign_text.hpp"
#include "sodium_bytes.hpp"
#include "sodium_ready.hpp"

#include <egret/crypto/minisign.hpp>

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace egret::crypto {
namespace {

static_assert(crypto_sign_PUBLICKEYBYTES == 32);
static_assert(crypto_sign_BYTES == 64);

/// The two letters in front of what is signed by Ed25519 directly, and of keys.
constexpr std::string_view kLegacy = "Ed";
/// Over the BLAKE2b-512 of the message.
constexpr std::string_view kPrehashed = "ED";

constexpr size_t kKeyBytes = 2 + 8 + 32;
constexpr size_t kSignatureBytes = 2 + 8 + 64;

bool starts_with(ByteView bytes, std::string_view letters) noexcept {
    return std::memcmp(bytes.data(), letters.data(), letters.size()) == 0;
}

/// Copies `from` to the front of `out`, which it shortens.
void put(ByteSpan& out, ByteView from) noexcept {
    std::ranges::copy(from, out.begin());
    out = out.subspan(from.size());
}

std::array<std::byte, crypto_generichash_BYTES_MAX> prehash(ByteView message) noexcept {
    std::array<std::byte, crypto_generichash_BYTES_MAX> hash{};
    crypto_generichash(uchars(hash), hash.size(), uchars(message), message.size(), nullptr, 0);
    return hash;
}

bool is_signed(
    const SigningPublicKey& key,
    ByteView message,
    std::span<const std::byte, 64> signature
) noexcept {
    return crypto_sign_verify_detached(
               uchars(signature),
               uchars(message),
               message.size(),
               uchars(key.key)
           ) == 0;
}

}  // namespace

std::string_view text_of(MinisignError error) noexcept {
    switch (error) {
        case MinisignError::too_large:
            return "is larger than minisign ever writes one";
        case MinisignError::no_comment:
            return "does not begin with a line \"untrusted comment: ...\"";
        case MinisignError::no_key:
            return "holds no minisign public key";
        case MinisignError::no_secret_key:
            return "holds no minisign secret key";
        case MinisignError::no_signature:
            return "holds no minisign signature in its second line";
        case MinisignError::no_trusted_comment:
            return "holds no usable \"trusted comment: ...\" in its third line";
        case MinisignError::no_global_signature:
            return "holds no signature of its trusted comment in its fourth line";
        case MinisignError::trailing_text:
            return "goes on behind where it should end";
        case MinisignError::password_needed:
            return "needs a password";
        case MinisignError::wrong_password:
            return "does not open with this password, or is damaged";
        case MinisignError::key_too_costly:
            return "needs more memory for its password than there is";
        case MinisignError::other_key:
            return "was made by another key";
        case MinisignError::wrong_signature:
            return "does not belong to this text, or this key did not make it";
        case MinisignError::wrong_trusted_comment:
            return "has a trusted comment that was changed after it was signed";
    }
    return "is not understood";
}

std::string SigningKeyId::text() const {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string text;
    // minisign prints it as a little-endian number.
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
        const auto value = std::to_integer<size_t>(*byte);
        text += kDigits[value >> 4];
        text += kDigits[value & 15];
    }
    return text;
}

std::string SigningPublicKey::text() const {
    std::array<std::byte, kKeyBytes> bytes{};
    ByteSpan rest = bytes;
    put(rest, bytes_of(kLegacy));
    put(rest, id.bytes);
    put(rest, key);
    return to_base64(bytes);
}

std::string SigningPublicKey::file_text() const {
    return std::string(kUntrustedPrefix) + "minisign public key " + id.text() + "\n" + text() +
           "\n";
}

tl::expected<SigningPublicKey, MinisignError> parse_signing_public_key(std::string_view text
) noexcept {
    if (text.size() > kMaxSigningKeyText) {
        return tl::unexpected(MinisignError::too_large);
    }
    std::string_view line = take_line(text);
    if (line.starts_with(kUntrustedPrefix)) {
        if (!comment_of(line, kUntrustedPrefix, kMaxUntrustedComment)) {
            return tl::unexpected(MinisignError::no_comment);
        }
        line = take_line(text);
    }
    std::array<std::byte, kKeyBytes> bytes{};
    if (!from_base64(line, bytes) || !starts_with(bytes, kLegacy)) {
        return tl::unexpected(MinisignError::no_key);
    }
    if (!text.empty()) {
        return tl::unexpected(MinisignError::trailing_text);
    }
    SigningPublicKey key;
    const ByteView view = bytes;
    std::ranges::copy(view.subspan(2, 8), key.id.bytes.begin());
    std::ranges::copy(view.subspan(10), key.key.begin());
    return key;
}

std::string FileSignature::file_text(std::string_view untrusted_comment) const {
    std::array<std::byte, kSignatureBytes> bytes{};
    ByteSpan rest = bytes;
    put(rest, bytes_of(is_prehashed ? kPrehashed : kLegacy));
    put(rest, key_id.bytes);
    put(rest, signature);
    std::string text(kUntrustedPrefix);
    text.append(untrusted_comment).append("\n").append(to_base64(bytes)).append("\n");
    text.append(kTrustedPrefix).append(trusted_comment).append("\n");
    return text.append(to_base64(global_signature)).append("\n");
}

tl::expected<FileSignature, MinisignError> parse_file_signature(std::string_view text) noexcept {
    if (text.size() > kMaxSignatureText) {
        return tl::unexpected(MinisignError::too_large);
    }
    if (!comment_of(take_line(text), kUntrustedPrefix, kMaxUntrustedComment)) {
        return tl::unexpected(MinisignError::no_comment);
    }
    std::array<std::byte, kSignatureBytes> bytes{};
    const bool is_base64 = from_base64(take_line(text), bytes);
    FileSignature result;
    result.is_prehashed = starts_with(bytes, kPrehashed);
    if (!is_base64 || !(result.is_prehashed || starts_with(bytes, kLegacy))) {
        return tl::unexpected(MinisignError::no_signature);
    }
    const ByteView view = bytes;
    std::ranges::copy(view.subspan(2, 8), result.key_id.bytes.begin());
    std::ranges::copy(view.subspan(10), result.signature.begin());
    const auto comment = comment_of(take_line(text), kTrustedPrefix, kMaxTrustedComment);
    if (!comment) {
        return tl::unexpected(MinisignError::no_trusted_comment);
    }
    result.trusted_comment = *comment;
    if (!from_base64(take_line(text), result.global_signature)) {
        return tl::unexpected(MinisignError::no_global_signature);
    }
    if (!text.empty()) {
        return tl::unexpected(MinisignError::trailing_text);
    }
    return result;
}

tl::expected<void, MinisignError> verify_signature(
    const SigningPublicKey& key,
    ByteView message,
    const FileSignature& signature
) noexcept {
    if (signature.key_id != key.id) {
        return tl::unexpected(MinisignError::other_key);
    }
    if (!sodium_ready()) {
        return tl::unexpected(MinisignError::wrong_signature);
    }
    const bool is_right = signature.is_prehashed
                              ? is_signed(key, prehash(message), signature.signature)
                              : is_signed(key, message, signature.signature);
    if (!is_right) {
        return tl::unexpected(MinisignError::wrong_signature);
    }
    std::string covered(
        reinterpret_cast<const char*>(signature.signature.data()),
        signature.signature.size()
    );
    covered += signature.trusted_comment;
    if (!is_signed(key, bytes_of(covered), signature.global_signature)) {
        return tl::unexpected(MinisignError::wrong_trusted_comment);
    }
    return {};
}

SigningPublicKey SigningKey::public_key() const noexcept {
    SigningPublicKey key;
    key.id = id_;
    std::ranges::copy(secret_.bytes().last<32>(), key.key.begin());
    return key;
}

tl::expected<FileSignature, MinisignError>
SigningKey::sign(ByteView message, std::string_view trusted_comment, bool is_prehashed) const {
    if (!is_comment_text(trusted_comment, kMaxTrustedComment)) {
        return tl::unexpected(MinisignError::no_trusted_comment);
    }
    FileSignature made;
    made.is_prehashed = is_prehashed;
    made.key_id = id_;
    made.trusted_comment = trusted_comment;
    const auto sign_bytes = [this](ByteView bytes, std::array<std::byte, 64>& out) {
        crypto_sign_detached(
            uchars(out),
            nullptr,
            uchars(bytes),
            bytes.size(),
            uchars(secret_.bytes())
        );
    };
    if (is_prehashed) {
        sign_bytes(prehash(message), made.signature);
    } else {
        sign_bytes(message, made.signature);
    }
    std::string covered(
        reinterpret_cast<const char*>(made.signature.data()),
        made.signature.size()
    );
    covered += trusted_comment;
    sign_bytes(bytes_of(covered), made.global_signature);
    return made;
}

}  // namespace egret::crypto
