// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Published test vectors and the hexadecimal they are written in.
namespace egret::test {

using Bytes = std::vector<std::byte>;

/// The bytes of an even number of hexadecimal digits; blanks between bytes are skipped.
Bytes bytes_from_hex(std::string_view text);

std::string to_hex(crypto::ByteView bytes);

/// The first `Size` bytes of `text`'s.
template <size_t Size>
std::array<std::byte, Size> array_from_hex(std::string_view text) {
    const Bytes bytes = bytes_from_hex(text);
    std::array<std::byte, Size> out{};
    std::copy_n(bytes.begin(), std::min(Size, bytes.size()), out.begin());
    return out;
}

/// A vector of Wycheproof's for an AEAD.
struct AeadVector {
    Bytes key;
    Bytes nonce;
    Bytes associated_data;
    Bytes message;
    Bytes sealed;  ///< ciphertext and tag
    bool valid = false;
};

/// One of `tests` in a file of theirs. Throws nlohmann::json's exceptions if it is none.
AeadVector read_aead_vector(const nlohmann::json& test);

/// The file `name` below the shared folder, EGRET_SHARED_DIR if that is set. Nothing if it is
/// missing: a developer's run then skips the test and says so, the project's own CI (CI=true)
/// fails.
std::optional<nlohmann::json> shared_json(const std::string& name);

}  // namespace egret::test
