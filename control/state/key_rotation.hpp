// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/random.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// What the local half of a rotation of a node's static key has done, and what is still to do.
struct KeyRotation {
    std::string config;                  ///< the TOML file, as the caller named it
    std::filesystem::path key_file;      ///< holds the new private key
    std::filesystem::path old_key_file;  ///< holds the one before
    crypto::PublicKey public_key;
    crypto::PublicKey old_public_key;
    uint64_t next_generation = 0;  ///< the lowest number the changed file may have
    uint32_t generation_line = 0;  ///< of `generation` in the file
    uint32_t key_line = 0;         ///< of `private_key`
    std::string previous_value;    ///< what previous_private_key is to be, as TOML
};

/// Makes a new private key for the node `config` describes, in the place of the old one, which is
/// kept beside it with `.old` behind its name. Both files have mode 0600 and the old one's owner;
/// every step is durable before the next, so that after a power cut the old key is in one of the two
/// and no other is in use. Neither the TOML file nor a running node is touched.
///
/// Error: one sentence; nothing has changed then. Refused while `config` names a previous key: its
/// overlap would end.
[[nodiscard]] tl::expected<KeyRotation, std::string>
rotate_key(const std::filesystem::path& config, crypto::Random& random);

/// What is to be done now, where, and in which order, for people. Tells no secret.
[[nodiscard]] std::string next_steps(const KeyRotation& rotation);

}  // namespace egret::control
