// SPDX-License-Identifier: Apache-2.0
#include "control/state/key_rotation.hpp"

#include "control/compile/key_file.hpp"
#include "control/config/load.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_file.hpp"
#include "control/state/durable_file.hpp"

#include <egret/crypto/key_text.hpp>

#include <cerrno>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace egret::control {
namespace {

namespace fs = std::filesystem;

using Done = tl::expected<void, std::string>;
using KeyBytes = std::span<const std::byte, crypto::kKeySize>;

/// The configuration with paths as they are written.
tl::expected<Config, std::string> read_config_of(const fs::path& path) {
    const auto text = read_file(path, kMaxConfigBytes);
    if (!text) {
        return tl::unexpected(path.string() + ": " + text.error());
    }
    Findings findings(path.string());
    std::optional<Config> config = parse_config(*text, "", findings);
    if (!config || findings.has_errors()) {
        return tl::unexpected(path.string() + " has mistakes: egret check shows them");
    }
    const Text& previous = config->identity.previous_private_key;
    if (previous.stated()) {
        return tl::unexpected(fmt::format(
            "{}:{}: previous_private_key says that a rotation is under way: end that one first",
            path.string(),
            previous.at.line
        ));
    }
    return std::move(*config);
}

/// Writes a key file that is not yet what its name will be. `like` is the file it stands in for.
Done prepare_key(const fs::path& path, KeyBytes key, const fs::path& like) {
    std::string line(crypto::key_text(key).view());
    line += '\n';
    auto prepared = prepare_durably(path, line, 0600);
    crypto::wipe(std::as_writable_bytes(std::span(line)));
    if (!prepared) {
        return prepared;
    }
    // Whoever rotates is often root, and the daemon that reads the key is not.
    struct stat old = {};
    if (stat(like.c_str(), &old) != 0 || chown(path.c_str(), old.st_uid, old.st_gid) != 0) {
        const int error = errno;
        unlink(path.c_str());
        return tl::unexpected(fmt::format(
            "{}: cannot be given to its owner: {}",
            path.string(),
            std::generic_category().message(error)
        ));
    }
    return {};
}

fs::path with_suffix(fs::path path, const char* suffix) {
    path += suffix;
    return path;
}

/// The old key gets its second name before the new one takes its first.
Done replace_key(const KeyRotation& rotation, KeyBytes old_key, KeyBytes new_key) {
    const fs::path next = with_suffix(rotation.key_file, ".next");
    const fs::path kept = with_suffix(rotation.old_key_file, ".next");
    Done done = prepare_key(next, new_key, rotation.key_file);
    if (done) {
        done = prepare_key(kept, old_key, rotation.key_file);
    }
    if (done) {
        done = commit_durably(kept, rotation.old_key_file);
    }
    if (done) {
        done = commit_durably(next, rotation.key_file);
    }
    if (!done) {
        unlink(next.c_str());
        unlink(kept.c_str());
    }
    return done;
}

}  // namespace

tl::expected<KeyRotation, std::string>
rotate_key(const fs::path& config_path, crypto::Random& random) {
    const auto config = read_config_of(config_path);
    if (!config) {
        return tl::unexpected(config.error());
    }
    const Text& written = config->identity.private_key;
    const fs::path key_file = config_path.parent_path() / *written;
    const auto old_key = read_key_file(key_file);
    if (!old_key) {
        return tl::unexpected(key_file.string() + ": " + old_key.error());
    }
    const crypto::PrivateKey new_key = crypto::PrivateKey::generate(random);
    KeyRotation rotation{
        .config = config_path.string(),
        .key_file = key_file,
        .old_key_file = with_suffix(key_file, ".old"),
        .public_key = new_key.public_key(),
        .old_public_key = crypto::PrivateKey(old_key->bytes()).public_key(),
        .next_generation = *config->node.generation + 1,
        .generation_line = config->node.generation.at.line,
        .key_line = written.at.line,
        .previous_value = "file:" + *written + ".old",
    };
    if (auto done = replace_key(rotation, old_key->bytes(), new_key.bytes()); !done) {
        return tl::unexpected(done.error());
    }
    return rotation;
}

std::string next_steps(const KeyRotation& rotation) {
    const auto text = [](const crypto::PublicKey& key) {
        return std::string(crypto::key_text(key).view());
    };
    return fmt::format(
        R"({key} holds the new key, {old} the one before. Until step 2 a restart
of egretd would know the new one alone, which no peer knows yet.

1. At each peer, in the [[peer]] with public_key = "{old_public}",
   add this line, raise the generation, and push:
       next_public_key = "{public}"
2. Here, in {config}, change and push:
       line {generation_line}: generation = {generation}
       below line {key_line}: previous_private_key = "{previous}"
3. When egret tunnels shows a handshake with every peer since then: at each peer replace
   both keys by this line, and push; what the old key made ends there:
       public_key = "{public}"
4. Here, take previous_private_key out again, push, and delete {old}.
)",
        fmt::arg("key", rotation.key_file.string()),
        fmt::arg("old", rotation.old_key_file.string()),
        fmt::arg("old_public", text(rotation.old_public_key)),
        fmt::arg("public", text(rotation.public_key)),
        fmt::arg("config", rotation.config),
        fmt::arg("generation_line", rotation.generation_line),
        fmt::arg("generation", rotation.next_generation),
        fmt::arg("key_line", rotation.key_line),
        fmt::arg("previous", rotation.previous_value)
    );
}

}  // namespace egret::control
