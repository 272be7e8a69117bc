// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_table.hpp"

namespace egret {

void follow_owner(PeerRuntime& peer) noexcept {
    const PeerWay* way = peer.shared->way();
    const uint64_t serial = way != nullptr ? way->serial : 0;
    if (serial == peer.way_serial) {
        return;
    }
    peer.way_serial = serial;
    if (way == nullptr) {
        peer.current = nullptr;
        return;
    }
    peer.current = way->current;
    peer.endpoint = way->endpoint;
    peer.observed_ipv4 = way->observed_ipv4;
    peer.observed_ipv6 = way->observed_ipv6;
    peer.state = way->state;
}

void publish_way(PeerRuntime& peer) noexcept {
    if (peer.shared != nullptr && peer.owned) {
        peer.shared->publish({
            .current = peer.current,
            .endpoint = peer.endpoint,
            .observed_ipv4 = peer.observed_ipv4,
            .observed_ipv6 = peer.observed_ipv6,
            .state = peer.state,
        });
    }
}

}  // namespace egret
