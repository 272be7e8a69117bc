// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/minisign.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace egret::control {

/// The minisign keys whose pushes a node takes, one file each in a folder of the state directory; no configuration names them,
/// so that no push can replace its own judge. Threads: one owner.
class TrustStore {
  public:
    static constexpr size_t kMaxKeys = 16;

    /// Reads `folder`, making it where it is missing. A file that is no key, that others may write to, or one too many is an
    /// error, one sentence: a node that overlooked a key would take pushes without a signature.
    [[nodiscard]] static tl::expected<TrustStore, std::string> open(std::filesystem::path folder);

    [[nodiscard]] const std::vector<crypto::SigningPublicKey>& keys() const noexcept {
        return keys_;
    }

    /// The key that made `signature` of `message`. Error: none of these did; one clause that says what to do.
    [[nodiscard]] tl::expected<crypto::SigningPublicKey, std::string>
    judge(std::string_view message, const crypto::FileSignature& signature) const;

    /// Makes a key a judge, durably. Error: one sentence; a key that is there already is none.
    [[nodiscard]] tl::expected<void, std::string> add(const crypto::SigningPublicKey& key);

    /// The same for the text of a key's file which one of these keys has signed. A key that was removed does not come back
    /// this way, however often its old signature is shown.
    [[nodiscard]] tl::expected<crypto::SigningPublicKey, std::string>
    add_signed(std::string_view key_text, const crypto::FileSignature& signature);

    /// By the key's name, 16 hexadecimal digits. It is remembered as removed.
    [[nodiscard]] tl::expected<void, std::string> remove(std::string_view id);

  private:
    explicit TrustStore(std::filesystem::path folder)
        : folder_(std::move(folder)) {}

    [[nodiscard]] std::filesystem::path path_of(std::string_view id, const char* suffix) const;

    std::filesystem::path folder_;
    std::vector<crypto::SigningPublicKey> keys_;
};

}  // namespace egret::control
