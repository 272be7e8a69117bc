// SPDX-License-Identifier: Apache-2.0
#include "neighbours/neighbour_table.hpp"

#include "tables/flow_key.hpp"

#include <algorithm>

namespace egret {

std::span<Neighbour>
NeighbourTable::bucket_of(api::Side side, const api::IpAddress& address) noexcept {
    FlowKey key;
    key.source = address.bytes;
    key.family = address.family;
    key.zone = static_cast<uint16_t>(side);
    const size_t bucket = hash_of(key, seed_) % kBuckets;
    return std::span(*neighbours_).subspan(bucket * kWays, kWays);
}

Neighbour* NeighbourTable::find(api::Side side, const api::IpAddress& address) noexcept {
    for (Neighbour& neighbour : bucket_of(side, address)) {
        if (neighbour.state != Neighbour::State::free && neighbour.side == side &&
            neighbour.address == address) {
            return &neighbour;
        }
    }
    return nullptr;
}

Neighbour& NeighbourTable::place_for(api::Side side, const api::IpAddress& address) noexcept {
    const std::span<Neighbour> bucket = bucket_of(side, address);
    return *std::min_element(
        bucket.begin(),
        bucket.end(),
        [](const Neighbour& a, const Neighbour& b) {
            const bool a_free = a.state == Neighbour::State::free;
            const bool b_free = b.state == Neighbour::State::free;
            return a_free != b_free ? a_free : a.used_ns < b.used_ns;
        }
    );
}

}  // namespace egret
