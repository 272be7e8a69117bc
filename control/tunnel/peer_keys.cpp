// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/peer_keys.hpp"

#include "control/tunnel/key_tag.hpp"

#include <algorithm>
#include <utility>

namespace egret::control {

const crypto::PeerIdentity* PeerKey::identity_for(const OwnKey& own) {
    auto found = std::ranges::find(agreements_, own.pair.public_key, &Agreement::own);
    if (found == agreements_.end()) {
        agreements_.push_back(
            {own.pair.public_key, crypto::PeerIdentity::derive(own.pair, public_key_)}
        );
        found = agreements_.end() - 1;
    }
    return found->identity ? &*found->identity : nullptr;
}

void PeerKey::forget_all_but(const OwnKeys& own) {
    std::erase_if(agreements_, [&](const Agreement& agreement) {
        return !own.holds(agreement.own);
    });
}

PeerKeys::PeerKeys(const TunnelPeer& peer) {
    replace(peer);
}

bool PeerKeys::belong_to(const TunnelPeer& peer) noexcept {
    return find(peer.public_key) != nullptr ||
           (peer.next_public_key && find(*peer.next_public_key) != nullptr);
}

bool PeerKeys::replace(const TunnelPeer& peer) {
    std::vector<PeerKey> keys;
    if (peer.next_public_key) {
        keys.emplace_back(*peer.next_public_key);
    }
    if (peer.next_public_key != peer.public_key) {
        keys.emplace_back(peer.public_key);
    }
    std::vector<crypto::PresharedKey> preshared;
    preshared.push_back(peer.preshared_key.copy());
    if (peer.previous_preshared_key && *peer.previous_preshared_key != peer.preshared_key) {
        preshared.push_back(peer.previous_preshared_key->copy());
    }
    const bool are_same =
        preshared == preshared_ &&
        std::ranges::equal(keys, keys_, {}, &PeerKey::public_key, &PeerKey::public_key);
    for (PeerKey& key : keys) {
        if (PeerKey* old = find(key.public_key())) {
            key = std::move(*old);
        }
    }
    keys_ = std::move(keys);
    preshared_ = std::move(preshared);
    return !are_same;
}

PeerKey* PeerKeys::find(const crypto::PublicKey& key) noexcept {
    const auto found = std::ranges::find(keys_, key, &PeerKey::public_key);
    return found == keys_.end() ? nullptr : &*found;
}

std::optional<KeyChoice> PeerKeys::choice_of(const OwnKeys& own, uint64_t tag) const {
    for (KeyChoice choice; choice.own < own.size(); ++choice.own) {
        for (choice.peer = 0; choice.peer < keys_.size(); ++choice.peer) {
            for (choice.preshared = 0; choice.preshared < preshared_.size(); ++choice.preshared) {
                const uint64_t this_one = key_tag(
                    own[choice.own].pair.public_key,
                    keys_[choice.peer].public_key(),
                    preshared_[choice.preshared]
                );
                if (this_one == tag) {
                    return choice;
                }
            }
        }
    }
    return std::nullopt;
}

void PeerKeys::forget_all_but(const OwnKeys& own) {
    for (PeerKey& key : keys_) {
        key.forget_all_but(own);
    }
}

}  // namespace egret::control
