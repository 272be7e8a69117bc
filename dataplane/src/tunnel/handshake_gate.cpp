// SPDX-License-Identifier: Apache-2.0
#include "tunnel/handshake_gate.hpp"

#include "tables/flow_key.hpp"

#include <algorithm>

namespace egret {

bool HandshakeGate::admit(Kind kind, const api::IpAddress& source, uint64_t now_ns) noexcept {
    FlowKey key;
    const size_t network_bytes = source.family == api::Family::ipv4 ? 4 : 8;
    std::copy_n(source.bytes.begin(), network_bytes, key.source.begin());
    key.family = source.family;
    const size_t bucket = hash_of(key, seed_) % kBuckets;
    uint64_t& full_at = full_at_ns_[static_cast<size_t>(kind)][bucket];
    const uint64_t from = std::max(full_at, now_ns);
    if (from - now_ns > (kBurst - 1) * kInterval) {
        return false;
    }
    full_at = from + kInterval;
    return true;
}

}  // namespace egret
