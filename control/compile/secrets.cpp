// SPDX-License-Identifier: Apache-2.0
#include "control/compile/secrets.hpp"

#include "control/config/read_file.hpp"

#include <egret/crypto/key_text.hpp>

#include <filesystem>
#include <fmt/format.h>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

/// One line of base64, with room for the line's end and little more.
constexpr size_t kMaxKeyFileBytes = 256;

/// Reads one key file; says at the place that names it what is wrong.
class KeyFile {
  public:
    KeyFile(const Text& path, std::string_view key, const KeyFileRules& rules, Findings& findings)
        : path_(path),
          key_(key),
          rules_(rules),
          findings_(findings) {}

    [[nodiscard]] std::optional<crypto::Secret<crypto::kKeySize>> read() {
        std::error_code ignored;
        if (!rules_.required && !fs::exists(*path_, ignored)) {
            return std::nullopt;
        }
        auto text = read_file(*path_, kMaxKeyFileBytes);
        if (!text) {
            error(text.error());
            return std::nullopt;
        }
        std::string_view line = *text;
        while (line.ends_with('\n') || line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        auto secret = crypto::parse_key(line);
        crypto::wipe(std::as_writable_bytes(std::span(*text)));
        if (!secret) {
            error("holds no key: one line of base64 is needed, as wg genkey writes it");
        } else {
            check_closed();
        }
        return secret;
    }

  private:
    void error(std::string_view message) {
        findings_.error(path_.at, key_, fmt::format("{}: {}", *path_, message));
    }

    void check_closed() {
        std::error_code failure;
        const fs::perms perms = fs::status(*path_, failure).permissions();
        constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
        if (failure || (perms & kOthers) == fs::perms::none) {
            return;
        }
        std::string message = fmt::format("{}: is open to others; chmod 600 it", *path_);
        if (rules_.closed) {
            findings_.error(path_.at, key_, std::move(message));
        } else {
            findings_.warning(path_.at, key_, std::move(message));
        }
    }

    const Text& path_;
    std::string_view key_;
    const KeyFileRules& rules_;
    Findings& findings_;
};

}  // namespace

Secrets load_secrets(const Config& config, const KeyFileRules& rules, Findings& findings) {
    const auto read = [&](const Text& path, std::string_view key) {
        return path->empty() ? std::nullopt : KeyFile(path, key, rules, findings).read();
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
