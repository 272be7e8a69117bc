// SPDX-License-Identifier: Apache-2.0
#include "control/compile/tunnel_keys.hpp"

#include <optional>
#include <utility>

namespace egret::control {

OwnKeys own_keys(const Secrets& secrets) {
    std::optional<crypto::KeyPair> previous;
    if (secrets.previous_identity) {
        previous.emplace(secrets.previous_identity->copy());
    }
    return {secrets.identity->copy(), std::move(previous)};
}

std::vector<TunnelPeer> tunnel_peers(const Generation& generation) {
    std::vector<TunnelPeer> peers;
    for (size_t i = 0; i < generation.config.peers.size(); ++i) {
        const PeerSection& section = generation.config.peers[i];
        const api::Peer& compiled = generation.tables.peers[i];
        TunnelPeer& peer = peers.emplace_back();
        peer.slot = compiled.slot;
        peer.public_key = *section.public_key;
        if (section.next_public_key.stated()) {
            peer.next_public_key = *section.next_public_key;
        }
        peer.preshared_key = generation.secrets.preshared[i].copy();
        if (const auto& previous = generation.secrets.previous_preshared[i]) {
            peer.previous_preshared_key = previous->copy();
        }
        peer.suite = compiled.suite;
        peer.endpoint = compiled.endpoint;
        peer.keepalive = compiled.keepalive_s != 0;
    }
    return peers;
}

}  // namespace egret::control
