// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"

#include <egret/crypto/secret.hpp>
#include <egret/crypto/x25519.hpp>

#include <optional>
#include <vector>

namespace egret::control {

/// What the key files of one configuration hold. Move-only, wiped when destroyed.
struct Secrets {
    std::optional<crypto::KeyPair> identity;
    std::optional<crypto::KeyPair> previous_identity;
    /// By peer index; all zero where none is configured.
    std::vector<crypto::PresharedKey> preshared;
    /// By peer index; absent where none is configured, or its file is missing.
    std::vector<std::optional<crypto::PresharedKey>> previous_preshared;
};

/// What is demanded of key files.
struct KeyFileRules {
    bool required = false;  ///< one that is missing is an error
    bool closed = false;    ///< one that is open to others is an error, else a warning
};

/// Reads the key files `config` names. A file that is malformed is an error; one with any group or other permission bit is
/// open to others.
[[nodiscard]] Secrets
load_secrets(const Config& config, const KeyFileRules& rules, Findings& findings);

}  // namespace egret::control
