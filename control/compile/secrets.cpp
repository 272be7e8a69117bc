// SPDX-License-Identifier: Apache-2.0
#include "control/compile/secrets.hpp"

#include "control/compile/key_file.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <string_view>
#include <system_error>
#include <utility>

namespace egret::control {
namespace {

/// Reads one key file; says at the place that names it what is wrong.
std::optional<crypto::Secret<crypto::kKeySize>>
read_secret(const Text& path, std::string_view key, const KeyFileRules& rules, Findings& findings) {
    std::error_code ignored;
    if (path->empty() || (!rules.required && !std::filesystem::exists(*path, ignored))) {
        return std::nullopt;
    }
    auto secret = read_key_file(*path);
    if (!secret) {
        findings.error(path.at, key, fmt::format("{}: {}", *path, secret.error()));
        return std::nullopt;
    }
    if (is_open_to_others(*path)) {
        std::string message = fmt::format("{}: is open to others; chmod 600 it", *path);
        if (rules.closed) {
            findings.error(path.at, key, std::move(message));
        } else {
            findings.warning(path.at, key, std::move(message));
        }
    }
    return std::move(*secret);
}

}  // namespace

Secrets load_secrets(const Config& config, const KeyFileRules& rules, Findings& findings) {
    const auto read = [&](const Text& path, std::string_view key) {
        return read_secret(path, key, rules, findings);
    };
    const auto read_pair = [&](const Text& path, std::string_view key) {
        std::optional<crypto::KeyPair> pair;
        if (const auto secret = read(path, key)) {
            pair.emplace(crypto::PrivateKey(secret->bytes()));
        }
        return pair;
    };
    Secrets secrets;
    secrets.identity = read_pair(config.identity.private_key, "identity.private_key");
    secrets.previous_identity =
        read_pair(config.identity.previous_private_key, "identity.previous_private_key");
    for (const PeerSection& peer : config.peers) {
        auto preshared = read(peer.preshared_key, "peer.preshared_key");
        secrets.preshared.push_back(preshared ? std::move(*preshared) : crypto::PresharedKey());
        secrets.previous_preshared.push_back(
            read(peer.previous_preshared_key, "peer.previous_preshared_key")
        );
    }
    return secrets;
}

}  // namespace egret::control
