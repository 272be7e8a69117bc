// SPDX-License-Identifier: Apache-2.0
#include "control/records/key_log_lines.hpp"

#include "control/records/names.hpp"

#include <egret/crypto/key_text.hpp>

namespace egret::control {
namespace {

void add(std::string& lines, std::string_view what, const crypto::KeyText& key) {
    lines += what;
    lines += " = ";
    lines += key.view();
    lines += '\n';
}

}  // namespace

std::string
key_log_lines(const Generation& generation, uint16_t slot, const crypto::PrivateKey& ephemeral) {
    const uint16_t index = peer_index(generation, slot);
    const Secrets& secrets = generation.secrets;
    if (index == api::kNone || !secrets.identity) {
        return {};
    }
    const PeerSection& peer = generation.config.peers[index];
    std::string lines;
    add(lines, "LOCAL_STATIC_PRIVATE_KEY", crypto::key_text(secrets.identity->private_key));
    if (secrets.previous_identity) {
        const auto& previous = secrets.previous_identity->private_key;
        add(lines, "LOCAL_STATIC_PRIVATE_KEY", crypto::key_text(previous));
    }
    add(lines, "REMOTE_STATIC_PUBLIC_KEY", crypto::key_text(*peer.public_key));
    if (peer.next_public_key.stated()) {
        add(lines, "REMOTE_STATIC_PUBLIC_KEY", crypto::key_text(*peer.next_public_key));
    }
    add(lines, "LOCAL_EPHEMERAL_PRIVATE_KEY", crypto::key_text(ephemeral));
    add(lines, "PRESHARED_KEY", crypto::key_text(secrets.preshared[index].bytes()));
    if (const auto& previous = secrets.previous_preshared[index]) {
        add(lines, "PRESHARED_KEY", crypto::key_text(previous->bytes()));
    }
    return lines;
}

}  // namespace egret::control
