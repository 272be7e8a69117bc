// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>

namespace egret {

/// Where a key's packets arrive: tuples of different zones never meet.
/// Inside: the VLAN id (a branch's clients; 0 untagged, and always at an edge). Tunnel: this bit, at an edge with the
/// peer's slot.
inline constexpr uint16_t kTunnelZone = 0x8000;

/// A TCP or UDP 5-tuple as it stands in packets of one direction, with the zone they arrive in. Addresses in network
/// order (IPv4 in the first four bytes), ports in host order. Compared and hashed as five words.
struct FlowKey {
    std::array<uint8_t, 16> source{};
    std::array<uint8_t, 16> destination{};
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    uint16_t zone = 0;
    uint8_t protocol = 0;
    api::Family family = api::Family::none;

    friend bool operator==(const FlowKey& a, const FlowKey& b) noexcept {
        const Words x = a.words();
        const Words y = b.words();
        return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4])) == 0;
    }

    using Words = std::array<uint64_t, 5>;

    [[nodiscard]] Words words() const noexcept { return std::bit_cast<Words>(*this); }

    /// The tuple of packets of the other direction in the same zone.
    [[nodiscard]] FlowKey reversed() const noexcept {
        return {destination, source, destination_port, source_port, zone, protocol, family};
    }

    [[nodiscard]] api::IpAddress source_address() const noexcept { return {family, source}; }

    [[nodiscard]] api::IpAddress destination_address() const noexcept {
        return {family, destination};
    }
};

static_assert(sizeof(FlowKey) == 40 && std::has_unique_object_representations_v<FlowKey>);

/// A seeded hash of all forty bytes: the seed is drawn per node, so that a client cannot aim at one bucket.
/// Two 64x64-bit multiplications per 16 bytes, as in the folded-multiply hashes (wyhash, rapidhash).
[[nodiscard]] inline uint64_t hash_of(const FlowKey& key, uint64_t seed) noexcept {
    const FlowKey::Words words = key.words();
    const auto fold = [](uint64_t a, uint64_t b) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
    };
    constexpr uint64_t kOdd0 = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
    constexpr uint64_t kOdd1 = 0xbf58476d1ce4e5b9;  // from splitmix64's finalizer
    // Both factors hang on the seed: whoever knew a word that makes one of them zero could leave the other without effect.
    const uint64_t other_seed = seed * kOdd0;
    const uint64_t a = fold(words[0] ^ seed, words[1] ^ kOdd0 ^ other_seed);
    const uint64_t b = fold(words[2] ^ seed, words[3] ^ kOdd1 ^ other_seed);
    return fold(a ^ words[4], b ^ kOdd0 ^ seed);
}

}  // namespace egret
