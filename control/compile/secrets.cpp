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
    Secrets secrets;
    if (!config.identity.private_key->empty()) {
        KeyFile file(config.identity.private_key, "identity.private_key", rules, findings);
        if (const auto key = file.read()) {
            secrets.identity.emplace(crypto::PrivateKey(key->bytes()));
        }
    }
    for (const PeerSection& peer : config.peers) {
        crypto::PresharedKey& preshared = secrets.preshared.emplace_back();
        if (peer.preshared_key->empty()) {
            continue;
        }
        KeyFile file(peer.preshared_key, "peer.preshared_key", rules, findings);
        if (auto key = file.read()) {
            preshared = std::move(*key);
        }
    }
    return secrets;
}

}  // namespace egret::control
