// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <cstdint>
#include <cstring>

namespace egret::names {

/// Who asked. The same address behind two VLAN tags is two clients.
struct ClientId {
    api::IpAddress address;
    uint16_t vlan = 0;  ///< 0: untagged

    friend constexpr bool operator==(const ClientId&, const ClientId&) = default;
};

/// Stirs `value` into a running hash; every bit of the result depends on every bit of both.
/// Rounds and constants are the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
[[nodiscard]] constexpr uint64_t mix(uint64_t hash, uint64_t value) noexcept {
    hash = (hash ^ value) + 0x9e3779b97f4a7c15ULL;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9ULL;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebULL;
    return hash ^ hash >> 31;
}

[[nodiscard]] inline uint64_t mix(uint64_t hash, const api::IpAddress& address) noexcept {
    uint64_t halves[2];
    static_assert(sizeof(halves) == sizeof(address.bytes));
    std::memcpy(halves, address.bytes.data(), sizeof(halves));
    return mix(mix(mix(hash, static_cast<uint64_t>(address.family)), halves[0]), halves[1]);
}

[[nodiscard]] inline uint64_t mix(uint64_t hash, const ClientId& client) noexcept {
    return mix(mix(hash, client.address), client.vlan);
}

}  // namespace egret::names
