// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/bytes.hpp>
#include <egret/crypto/random.hpp>
#include <egret/crypto/secret.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// Signatures of files as the tool minisign makes and reads them: Ed25519 over the file or over its BLAKE2b-512, and a
/// second signature over the first one and a comment that can therefore be trusted. Text in, text out; no files, no clocks.
namespace egret::crypto {

/// The sizes minisign allows a line's text, and what a whole file of ours may hold.
inline constexpr size_t kMaxUntrustedComment = 1024;
inline constexpr size_t kMaxTrustedComment = 8192;
inline constexpr size_t kMaxSignatureText = 12 * 1024;
inline constexpr size_t kMaxSigningKeyText = 4 * 1024;

enum class MinisignError : uint8_t {
    too_large,
    no_comment,          ///< the first line is no untrusted comment
    no_key,              ///< the line of a public key does not hold one
    no_secret_key,       ///< the line of a secret key does not hold one
    no_signature,        ///< the second line of a signature file does not hold one
    no_trusted_comment,  ///< the third line is no trusted comment, or one no signer writes
    no_global_signature,
    trailing_text,
    password_needed,
    wrong_password,  ///< or a secret key that was changed
    key_too_costly,  ///< its password's cost is beyond what minisign ever writes, or there is no memory for it
    other_key,  ///< another key made the signature
    wrong_signature,
    wrong_trusted_comment,
};

/// One clause for people, without capital or full stop.
[[nodiscard]] std::string_view text_of(MinisignError error) noexcept;

/// What a key is called; not secret, and no proof of anything.
struct SigningKeyId {
    std::array<std::byte, 8> bytes{};

    /// As minisign prints it: 16 hexadecimal digits.
    [[nodiscard]] std::string text() const;

    friend bool operator==(const SigningKeyId&, const SigningKeyId&) = default;

    friend std::strong_ordering operator<=>(const SigningKeyId& a, const SigningKeyId& b) noexcept {
        return a.bytes <=> b.bytes;
    }
};

/// The key signatures are held against.
struct SigningPublicKey {
    SigningKeyId id;
    std::array<std::byte, 32> key{};

    /// The one line of base64 minisign takes with -P.
    [[nodiscard]] std::string text() const;

    /// A file as minisign writes it.
    [[nodiscard]] std::string file_text() const;

    friend bool operator==(const SigningPublicKey&, const SigningPublicKey&) = default;
};

/// Reads a public key's file, or its line of base64 alone. Lines may end with CRLF, the last with nothing.
[[nodiscard]] tl::expected<SigningPublicKey, MinisignError> parse_signing_public_key(
    std::string_view text
) noexcept;

/// A signature file as it is read. Nothing in it is to be believed before `verify_signature`.
struct FileSignature {
    bool is_prehashed = true;  ///< over the BLAKE2b-512 of the file; else, legacy, over the file
    SigningKeyId key_id;
    std::array<std::byte, 64> signature{};
    std::string trusted_comment;
    std::array<std::byte, 64> global_signature{};  ///< over `signature` and `trusted_comment`

    /// A file as minisign writes it; `untrusted_comment` holds one line.
    [[nodiscard]] std::string file_text(std::string_view untrusted_comment) const;
};

/// Reads a signature file: four lines that may end with CRLF, the last with nothing, and nothing behind them. Comments
/// hold no control characters but tabs.
[[nodiscard]] tl::expected<FileSignature, MinisignError> parse_file_signature(std::string_view text
) noexcept;

/// Done if `key` signed `message` and, with it, the trusted comment.
[[nodiscard]] tl::expected<void, MinisignError> verify_signature(
    const SigningPublicKey& key,
    ByteView message,
    const FileSignature& signature
) noexcept;

/// What trying one password costs. The default is minisign's own: a second or more, and 1 GiB of memory.
struct PasswordCost {
    uint64_t operations = 33'554'432;
    uint64_t memory_bytes = 1'073'741'824;
};

/// The text of a secret key's file; wiped.
class SecretKeyText {
  public:
    [[nodiscard]] std::string_view view() const noexcept {
        return {reinterpret_cast<const char*>(characters_.bytes().data()), size_};
    }

  private:
    friend class SigningKey;
    Secret<512> characters_;
    size_t size_ = 0;
};

/// A key that signs. Move-only, wiped.
class SigningKey {
  public:
    [[nodiscard]] static SigningKey generate(Random& random) noexcept;

    /// Reads a secret key's file as minisign writes it, with a password or without. Error `password_needed`: it has one and
    /// `password` is nothing. A password may take a second and 1 GiB of memory.
    [[nodiscard]] static tl::expected<SigningKey, MinisignError>
    parse(std::string_view text, const std::optional<std::string_view>& password) noexcept;

    /// The file's text; without a password whoever reads it can sign. Error: `key_too_costly`.
    [[nodiscard]] tl::expected<SecretKeyText, MinisignError> file_text(
        const std::optional<std::string_view>& password,
        Random& random,
        PasswordCost cost = {}
    ) const;

    [[nodiscard]] SigningPublicKey public_key() const noexcept;

    /// `trusted_comment` holds one line of at most `kMaxTrustedComment` bytes, without control characters but tabs: error
    /// `no_trusted_comment`.
    [[nodiscard]] tl::expected<FileSignature, MinisignError>
    sign(ByteView message, std::string_view trusted_comment, bool is_prehashed = true) const;

  private:
    SigningKey(SigningKeyId id, Secret<64> secret) noexcept
        : id_(id),
          secret_(std::move(secret)) {}

    SigningKeyId id_;
    Secret<64> secret_;  ///< seed and public key, as libsodium has them
};

template <typename Stream>
Stream& operator<<(Stream& stream, const SigningKey& key) = delete;

}  // namespace egret::crypto
