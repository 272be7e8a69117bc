// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace egret::bench {

/// An IPv4 TCP or UDP tuple; everything in host byte order.
struct Tuple {
    uint32_t source = 0;
    uint32_t destination = 0;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    bool tcp = true;

    [[nodiscard]] Tuple reversed() const noexcept {
        return {destination, source, destination_port, source_port, tcp};
    }
};

/// Flow `id` as the LAN sees it: a client of its own, a service in one of the list's prefixes; every fourth is UDP.
[[nodiscard]] Tuple flow_tuple(uint64_t id, uint32_t n_prefixes) noexcept;

/// The same as the service sees it: from the egress address, with the client's port.
[[nodiscard]] Tuple presented(const Tuple& flow) noexcept;

/// Fills `packet` with an IPv4 packet of its size, checksums right. `seed` decides the content: the same seed, the same
/// bytes. At least 44 bytes.
void write_packet(
    std::span<uint8_t> packet,
    const Tuple& tuple,
    uint8_t ttl,
    uint64_t seed
) noexcept;

inline constexpr uint32_t kEthernetSize = 14;
/// Egret header with an IPv4 origin, part of the payload outwards.
inline constexpr uint32_t kClaimSize = 12;
using EthernetHeader = std::array<uint8_t, kEthernetSize>;

/// From the client of flow `id` to its gateway, or back.
[[nodiscard]] EthernetHeader ethernet_to_gateway(uint64_t id) noexcept;
[[nodiscard]] EthernetHeader ethernet_to_client(uint64_t id) noexcept;

}  // namespace egret::bench
