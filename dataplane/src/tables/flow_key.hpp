// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
        uint64_t differ = 0;
        for (size_t i = 0; i < kWords; ++i) {
            differ |= a.word(i) ^ b.word(i);
        }
        return differ == 0;
    }

    static constexpr size_t kWords = 5;

    /// Each read where it lies: a copy of the whole key would be stored and read again.
    [[nodiscard]] uint64_t word(size_t i) const noexcept {
        uint64_t word;
        std::memcpy(
            &word,
            reinterpret_cast<const std::byte*>(this) + i * sizeof(word),
            sizeof(word)
        );
        return word;
    }

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
    const auto fold = [](uint64_t a, uint64_t b) {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
    };
    constexpr uint64_t kOdd0 = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
    constexpr uint64_t kOdd1 = 0xbf58476d1ce4e5b9;  // from splitmix64's finalizer
    // Both factors hang on the seed: whoever knew a word that makes one of them zero could leave the other without effect.
    const uint64_t other_seed = seed * kOdd0;
    const uint64_t a = fold(key.word(0) ^ seed, key.word(1) ^ kOdd0 ^ other_seed);
    const uint64_t b = fold(key.word(2) ^ seed, key.word(3) ^ kOdd1 ^ other_seed);
    return fold(a ^ key.word(4), b ^ kOdd0 ^ seed);
}

}  // namespace egret
