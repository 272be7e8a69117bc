// SPDX-License-Identifier: Apache-2.0
#include "neighbours/neighbour_table.hpp"

#include "tables/flow_key.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret {
namespace {

using State = Neighbour::State;

/// A neighbour that answered and was used within this time keeps its place.
constexpr uint64_t kKeptAfterUse = 30 * crypto::kSecond;
/// One that is being asked for keeps it until the second question has had time to be answered.
constexpr uint64_t kKeptWhileAsked = 2 * crypto::kSecond;

bool keeps_its_place(const Neighbour& neighbour, uint64_t now_ns) noexcept {
    switch (neighbour.state) {
        case State::known:
        case State::confirming:
            return now_ns < neighbour.used_ns + kKeptAfterUse;
        case State::asking:
            return now_ns < neighbour.since_ns + kKeptWhileAsked;
        case State::free:
        case State::unreachable:
            break;
    }
    return false;
}

}  // namespace

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
        if (neighbour.state != State::free && neighbour.side == side &&
            neighbour.address == address) {
            return &neighbour;
        }
    }
    return nullptr;
}

Neighbour*
NeighbourTable::place_for(api::Side side, const api::IpAddress& address, uint64_t now_ns) noexcept {
    Neighbour* best = nullptr;
    for (Neighbour& neighbour : bucket_of(side, address)) {
        if (neighbour.state == State::free) {
            return &neighbour;
        }
        if (!keeps_its_place(neighbour, now_ns) &&
            (best == nullptr || neighbour.used_ns < best->used_ns)) {
            best = &neighbour;
        }
    }
    return best;
}

}  // namespace egret
