// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/own_keys.hpp"
#include "control/tunnel/tunnel_peer.hpp"

#include <egret/crypto/cookie.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/tai64n.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace egret::control {

/// A static key of a peer, with what belongs to it and not to the peer.
class PeerKey {
  public:
    explicit PeerKey(const crypto::PublicKey& key)
        : cookies(key),
          public_key_(key) {}

    [[nodiscard]] const crypto::PublicKey& public_key() const noexcept { return public_key_; }

    /// What handshakes between the two keys need; nullptr if no handshake is possible with this key
    /// (a point of low order). Worked out when first asked for, in about 50 us: with 10,000 peers
    /// and two keys at each end doing so beforehand would take seconds.
    [[nodiscard]] const crypto::PeerIdentity* identity_for(const OwnKey& own);

    /// Forgets what was agreed on under keys that `own` does not hold.
    void forget_all_but(const OwnKeys& own);

    crypto::CookieGenerator cookies;
    crypto::Tai64n latest_time;  ///< of the initiations taken

  private:
    struct Agreement {
        crypto::PublicKey own;
        std::optional<crypto::PeerIdentity> identity;
    };

    crypto::PublicKey public_key_;
    std::vector<Agreement> agreements_;  ///< one for each own key at most
};

/// Which of two keys is meant, at three places; 0 is the newer one everywhere.
struct KeyChoice {
    size_t own = 0;
    size_t peer = 0;
    size_t preshared = 0;

    friend bool operator==(const KeyChoice&, const KeyChoice&) = default;
};

/// The keys a peer may use: one static and one preshared key, two of each in an overlap.
class PeerKeys {
  public:
    explicit PeerKeys(const TunnelPeer& peer);

    /// True if one of the static keys is also the configured peer's: then it is the same peer.
    [[nodiscard]] bool belong_to(const TunnelPeer& peer) noexcept;

    /// Replaces the keys; those that stay keep what belongs to them. True if any changed.
    bool replace(const TunnelPeer& peer);

    [[nodiscard]] size_t size() const noexcept { return keys_.size(); }

    [[nodiscard]] PeerKey& operator[](size_t index) noexcept { return keys_[index]; }

    /// nullptr if it is not this peer's.
    [[nodiscard]] PeerKey* find(const crypto::PublicKey& key) noexcept;

    [[nodiscard]] size_t preshared_count() const noexcept { return preshared_.size(); }

    [[nodiscard]] const crypto::PresharedKey& preshared(size_t index) const noexcept {
        return preshared_[index];
    }

    /// The keys a session with this tag came from; nothing if they may not be used (any more).
    [[nodiscard]] std::optional<KeyChoice> choice_of(const OwnKeys& own, uint64_t tag) const;

    void forget_all_but(const OwnKeys& own);

  private:
    std::vector<PeerKey> keys_;
    std::vector<crypto::PresharedKey> preshared_;
};

}  // namespace egret::control
