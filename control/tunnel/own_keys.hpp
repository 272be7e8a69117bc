// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/bytes.hpp>
#include <egret/crypto/cookie.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace egret::control {

/// A static key of this node, with what it takes to be called under it.
struct OwnKey {
    explicit OwnKey(crypto::KeyPair key)
        : pair(std::move(key)),
          mac1(pair.public_key),
          cookies(pair.public_key) {}

    crypto::KeyPair pair;
    crypto::Mac1Key mac1;
    crypto::CookieChecker cookies;
};

/// The static keys of this node: one, or two during a rotation's overlap. Index 0 is the newer.
class OwnKeys {
  public:
    /// Not explicit: a node's key is its keys.
    OwnKeys(crypto::KeyPair current, std::optional<crypto::KeyPair> previous = std::nullopt);

    [[nodiscard]] size_t size() const noexcept { return keys_.size(); }

    [[nodiscard]] OwnKey& operator[](size_t index) noexcept { return keys_[index]; }

    [[nodiscard]] const OwnKey& operator[](size_t index) const noexcept { return keys_[index]; }

    /// The key an initiation or response was addressed to by its mac1; nullptr if to none.
    [[nodiscard]] OwnKey* addressed_by(crypto::ByteView message) noexcept;

    [[nodiscard]] bool holds(const crypto::PublicKey& key) const noexcept;

    /// True if the same keys have the same places.
    [[nodiscard]] bool same_as(const OwnKeys& other) const noexcept;

    /// Replaces the keys; those that stay keep their cookies, the others are wiped.
    void replace(OwnKeys next);

  private:
    std::vector<OwnKey> keys_;
};

}  // namespace egret::control
