// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/own_keys.hpp"

#include <algorithm>
#include <utility>

namespace egret::control {

namespace {

const crypto::PublicKey& public_key_of(const OwnKey& key) noexcept {
    return key.pair.public_key;
}

}  // namespace

OwnKeys::OwnKeys(crypto::KeyPair current, std::optional<crypto::KeyPair> previous) {
    keys_.emplace_back(std::move(current));
    if (previous && !holds(previous->public_key)) {
        keys_.emplace_back(std::move(*previous));
    }
}

OwnKey* OwnKeys::addressed_by(crypto::ByteView message) noexcept {
    const auto found =
        std::ranges::find_if(keys_, [&](const OwnKey& key) { return key.mac1.matches(message); });
    return found == keys_.end() ? nullptr : &*found;
}

bool OwnKeys::holds(const crypto::PublicKey& key) const noexcept {
    return std::ranges::find(keys_, key, public_key_of) != keys_.end();
}

bool OwnKeys::same_as(const OwnKeys& other) const noexcept {
    return std::ranges::equal(keys_, other.keys_, {}, public_key_of, public_key_of);
}

void OwnKeys::replace(OwnKeys next) {
    for (OwnKey& key : next.keys_) {
        const auto old = std::ranges::find(keys_, key.pair.public_key, public_key_of);
        if (old != keys_.end()) {
            key.cookies = std::move(old->cookies);
        }
    }
    keys_ = std::move(next.keys_);
}

}  // namespace egret::control
