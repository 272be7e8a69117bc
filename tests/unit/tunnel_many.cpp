// SPDX-License-Identifier: Apache-2.0
#include "tunnel_many.hpp"

#include "control/tunnel/key_tag.hpp"

#include <algorithm>
#include <utility>

namespace egret::test {

namespace {

constexpr uint8_t kOwnKey = 99;

/// No private key is known to go with it, and none is needed.
crypto::PublicKey key_of(uint16_t slot) {
    crypto::PublicKey key;
    key.bytes[0] = std::byte{9};
    key.bytes[1] = static_cast<std::byte>(slot);
    key.bytes[2] = static_cast<std::byte>(slot >> 8);
    return key;
}

crypto::Random seeded(uint8_t seed) {
    crypto::Random::Seed bytes;
    bytes.writable()[0] = std::byte{seed};
    return crypto::Random::seeded(std::move(bytes));
}

}  // namespace

ManyPeers::ManyPeers(uint16_t n, uint8_t seed)
    : random(seeded(seed)),
      tunnels(std::make_unique<control::Tunnels>(identity(kOwnKey), peers(n), random, dataplane)) {}

std::vector<control::TunnelPeer> ManyPeers::peers(uint16_t n) {
    std::vector<control::TunnelPeer> all(n);
    for (uint16_t slot = 0; slot < n; ++slot) {
        all[slot].slot = slot;
        all[slot].public_key = key_of(slot);
        all[slot].endpoint.address = {api::Family::ipv4, {198, 51, 100, 1}};
        all[slot].endpoint.port = static_cast<uint16_t>(slot + 1);
    }
    return all;
}

void ManyPeers::push(std::vector<control::TunnelPeer> peers) {
    tunnels->reconfigure(identity(kOwnKey), std::move(peers), moment);
}

void ManyPeers::advance(uint64_t ns) {
    const uint64_t end_ns = moment.now_ns + ns;
    while (moment.now_ns < end_ns) {
        const uint64_t due_ns = std::clamp(tunnels->due_ns(), moment.now_ns, end_ns);
        moment.unix_ns += due_ns - moment.now_ns;
        moment.now_ns = due_ns;
        tunnels->tick(moment);
        sent_at_ns.insert(sent_at_ns.end(), dataplane.take().size(), moment.now_ns);
    }
}

api::SessionRecord ManyPeers::session(uint16_t slot, uint64_t created_ns) const {
    api::SessionRecord record;
    record.receiver_index = 0x00abcd00U + slot;
    record.peer = slot;
    record.initiator = true;
    record.confirmed = true;
    record.created_ns = created_ns;
    record.key_tag = control::key_tag(identity(kOwnKey).public_key, key_of(slot), {});
    return record;
}

}  // namespace egret::test
