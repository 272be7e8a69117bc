// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tunnel_net.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace egret::test {

/// One node with many peers that nobody plays; time passes only here.
class ManyPeers {
  public:
    /// Peers in slots [0, n), each with a key and an address of its own.
    explicit ManyPeers(uint16_t n, uint8_t seed = 1);

    /// What each peer is configured with; change it before `push`.
    static std::vector<control::TunnelPeer> peers(uint16_t n);

    void push(std::vector<control::TunnelPeer> peers);

    /// Lets time pass from due time to due time; how much was sent when is in `sent_at_ns`.
    void advance(uint64_t ns);

    /// A session of `slot` as a dataplane would tell of it, made at `created_ns` by this node's keys.
    [[nodiscard]] api::SessionRecord session(uint16_t slot, uint64_t created_ns) const;

    control::Moment moment{1000 * crypto::kSecond, 1'700'000'000 * crypto::kSecond};
    crypto::Random random;
    FakeDataplane dataplane;
    std::unique_ptr<control::Tunnels> tunnels;
    std::vector<uint64_t> sent_at_ns;
};

}  // namespace egret::test
