// SPDX-License-Identifier: Apache-2.0
#include "minisign_text.hpp"
#include "sodium_bytes.hpp"
#include "sodium_ready.hpp"

#include <egret/crypto/minisign.hpp>

#include <sodium.h>

#include <algorithm>
#include <cstring>

/// The file of a minisign secret key: a comment and the base64 of
///
///     "Ed"  what the key signs with     "Sc" or two zeros  how the password is stretched     "B2"  the checksum
///     salt[32]  operations[8]  memory in bytes[8]
///     id[8]  secret[64]  checksum[32]: BLAKE2b-256 of "Ed", id and secret; these 104 bytes XORed with the stretched password
namespace egret::crypto {
namespace {

constexpr size_t kSealedBytes = 8 + 64 + 32;
constexpr size_t kFileBytes = 2 + 2 + 2 + 32 + 8 + 8 + kSealedBytes;
constexpr std::string_view kComment = "minisign secret key\n";
constexpr std::string_view kEncryptedComment = "minisign encrypted secret key\n";
constexpr std::string_view kScrypt = "Sc";
constexpr std::string_view kNoPassword{"\0\0", 2};

using FileBytes = Secret<kFileBytes>;
using Sealed = std::span<std::byte, kSealedBytes>;

/// libsodium's smallest cost; below it a password hides nothing.
constexpr PasswordCost kSmallestCost{32'768, 16'777'216};

Sealed sealed_part(FileBytes& file) noexcept {
    return file.writable().last<kSealedBytes>();
}

std::array<std::byte, 32> checksum_of(std::span<const std::byte, kSealedBytes> sealed) noexcept {
    Secret<2 + 8 + 64> covered;
    std::ranges::copy(bytes_of("Ed"), covered.writable().begin());
    std::ranges::copy(sealed.first<8 + 64>(), covered.writable().begin() + 2);
    std::array<std::byte, 32> sum{};
    crypto_generichash(
        uchars(sum),
        sum.size(),
        uchars(covered.bytes()),
        covered.bytes().size(),
        nullptr,
        0
    );
    return sum;
}

/// XORs the sealed part with what the password becomes by the salt and the cost in `file`. False: no memory for it.
bool apply_password(FileBytes& file, std::string_view password) noexcept {
    const auto bytes = file.writable();
    const uint64_t operations = load_le<uint64_t>(bytes.subspan<38, 8>());
    const uint64_t memory_bytes = load_le<uint64_t>(bytes.subspan<46, 8>());
    Secret<kSealedBytes> stream;
    const int status = crypto_pwhash_scryptsalsa208sha256(
        uchars(stream.writable()),
        kSealedBytes,
        password.data(),
        password.size(),
        uchars(bytes.subspan<6, 32>()),
        operations,
        static_cast<size_t>(memory_bytes)
    );
    if (status != 0) {
        return false;
    }
    const Sealed sealed = sealed_part(file);
    for (size_t i = 0; i < kSealedBytes; ++i) {
        sealed[i] ^= stream.bytes()[i];
    }
    return true;
}

/// A cost somebody else chose is not to take all memory there is.
bool is_affordable(const FileBytes& file) noexcept {
    constexpr PasswordCost kLargest{};
    return load_le<uint64_t>(file.bytes().subspan<38, 8>()) <= kLargest.operations &&
           load_le<uint64_t>(file.bytes().subspan<46, 8>()) <= kLargest.memory_bytes;
}

bool has_letters(const FileBytes& file, size_t at, std::string_view letters) noexcept {
    return std::memcmp(file.bytes().data() + at, letters.data(), letters.size()) == 0;
}

/// Whether checksum and public key belong to the secret. minisign writes no checksum, but zeros, where there is no password.
bool is_whole(std::span<const std::byte, kSealedBytes> sealed, bool may_lack_checksum) noexcept {
    const auto checksum = sealed.last<32>();
    const bool is_checked = equal_in_constant_time(checksum_of(sealed), checksum) ||
                            (may_lack_checksum && is_zero_in_constant_time(checksum));
    Secret<64> derived;
    std::array<std::byte, 32> public_key{};
    crypto_sign_seed_keypair(
        uchars(public_key),
        uchars(derived.writable()),
        uchars(sealed.subspan<8, 32>())
    );
    return is_checked && equal_in_constant_time(public_key, sealed.subspan<8 + 32, 32>());
}

tl::expected<FileBytes, MinisignError> read_file_bytes(std::string_view text) noexcept {
    if (text.size() > kMaxSigningKeyText) {
        return tl::unexpected(MinisignError::too_large);
    }
    if (!comment_of(take_line(text), kUntrustedPrefix, kMaxUntrustedComment)) {
        return tl::unexpected(MinisignError::no_comment);
    }
    FileBytes file;
    if (!from_base64(take_line(text), file.writable()) || !has_letters(file, 0, "Ed") ||
        !(has_letters(file, 2, kScrypt) || has_letters(file, 2, kNoPassword)) ||
        !has_letters(file, 4, "B2")) {
        return tl::unexpected(MinisignError::no_secret_key);
    }
    if (!text.empty()) {
        return tl::unexpected(MinisignError::trailing_text);
    }
    return file;
}

}  // namespace

SigningKey SigningKey::generate(Random& random) noexcept {
    SigningKeyId id;
    random.fill(id.bytes);
    Secret<32> seed;
    random.fill(seed.writable());
    Secret<64> secret;
    std::array<std::byte, 32> public_key{};
    crypto_sign_seed_keypair(uchars(public_key), uchars(secret.writable()), uchars(seed.bytes()));
    return {id, std::move(secret)};
}

tl::expected<SigningKey, MinisignError>
SigningKey::parse(std::string_view text, const std::optional<std::string_view>& password) noexcept {
    auto file = read_file_bytes(text);
    if (!file) {
        return tl::unexpected(file.error());
    }
    if (has_letters(*file, 2, kScrypt)) {
        if (!password) {
            return tl::unexpected(MinisignError::password_needed);
        }
        if (!sodium_ready() || !is_affordable(*file) || !apply_password(*file, *password)) {
            return tl::unexpected(MinisignError::key_too_costly);
        }
    }
    const Sealed sealed = sealed_part(*file);
    if (!is_whole(sealed, has_letters(*file, 2, kNoPassword))) {
        return tl::unexpected(MinisignError::wrong_password);
    }
    SigningKeyId id;
    std::ranges::copy(sealed.first<8>(), id.bytes.begin());
    return SigningKey(id, Secret<64>(sealed.subspan<8, 64>()));
}

tl::expected<SecretKeyText, MinisignError> SigningKey::file_text(
    const std::optional<std::string_view>& password,
    Random& random,
    PasswordCost cost
) const {
    FileBytes file;
    const auto bytes = file.writable();
    std::ranges::copy(bytes_of("Ed"), bytes.begin());
    std::ranges::copy(bytes_of("B2"), bytes.begin() + 4);
    const Sealed sealed = sealed_part(file);
    std::ranges::copy(id_.bytes, sealed.begin());
    std::ranges::copy(secret_.bytes(), sealed.begin() + 8);
    std::ranges::copy(checksum_of(sealed), sealed.begin() + 8 + 64);
    if (password) {
        std::ranges::copy(bytes_of(kScrypt), bytes.begin() + 2);
        random.fill(bytes.subspan(6, 32));
        store_le<uint64_t>(bytes.subspan<38, 8>(), cost.operations);
        store_le<uint64_t>(bytes.subspan<46, 8>(), cost.memory_bytes);
        // As minisign does where a machine has too little memory: a smaller cost, down to the least that means something.
        while (!apply_password(file, *password)) {
            cost.operations /= 2;
            cost.memory_bytes /= 2;
            if (cost.memory_bytes < kSmallestCost.memory_bytes) {
                return tl::unexpected(MinisignError::key_too_costly);
            }
            store_le<uint64_t>(bytes.subspan<38, 8>(), cost.operations);
            store_le<uint64_t>(bytes.subspan<46, 8>(), cost.memory_bytes);
        }
    }
    std::string encoded = to_base64(file.bytes());
    SecretKeyText text;
    const auto append = [&text](std::string_view more) {
        std::ranges::copy(
            bytes_of(more),
            text.characters_.writable().begin() + static_cast<ptrdiff_t>(text.size_)
        );
        text.size_ += more.size();
    };
    append(kUntrustedPrefix);
    append(password ? kEncryptedComment : kComment);
    append(encoded);
    append("\n");
    wipe(std::as_writable_bytes(std::span(encoded)));
    return text;
}

}  // namespace egret::crypto
