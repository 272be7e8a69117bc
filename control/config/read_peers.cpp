// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/read_config.hpp"

#include <egret/crypto/key_text.hpp>

namespace egret::control {
namespace {

void read_names(const TableReader& table, PeerSection& peer) {
    table.read("public_key", peer.public_key);
    peer.name = {std::string(crypto::key_text(*peer.public_key).view()), peer.public_key.at};
    table.read("name", peer.name);
    peer.group.value = *peer.name;
    table.read("group", peer.group);
    peer.site.value = *peer.name;
    table.read("site", peer.site);
}

void read_verification(const TableReader& table, PeerSection& peer) {
    table.read("origins", peer.origins);
    table.read("verify", kVerifies, peer.verify);
    table.read("verify_other_family", kOtherFamily, peer.verify_other_family);
    if (table.has("segments")) {
        table.read("segments", peer.segments.emplace());
    }
}

}  // namespace

void read_peers(const TableReader& document, Config& config) {
    document.each("peer", [&](const TableReader& table) {
        PeerSection& peer = config.peers.emplace_back();
        read_names(table, peer);
        table.read("priority", peer.priority);
        table.read_path("preshared_key", peer.preshared_key);
        table.read("endpoint", peer.endpoint);
        table.read("suite", kSuites, peer.suite);
        peer.carry.value = *config.tunnel.carry;
        table.read("carry", kCarries, peer.carry);
        read_verification(table, peer);
    });
}

}  // namespace egret::control
