// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/secret.hpp>
#include <egret/crypto/x25519.hpp>

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// The key in a file: one line of base64, as `wg genkey` and `wg genpsk` write it. Error: what is
/// wrong, without the path. What was read of the file is wiped.
[[nodiscard]] tl::expected<crypto::Secret<crypto::kKeySize>, std::string> read_key_file(
    const std::filesystem::path& path
);

/// True if any group or other permission bit is set: the key is not this user's alone.
[[nodiscard]] bool is_open_to_others(const std::filesystem::path& path);

}  // namespace egret::control
