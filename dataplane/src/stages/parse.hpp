// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"

#include <cstdint>
#include <span>

namespace egret {

/// Reads Ethernet, VLAN tags, IP and transport headers of one frame into `meta`: the only code that trusts no offset.
/// Never reads outside `frame`, whatever is in it. `meta.key.zone` is left to the caller.
void parse_frame(std::span<const uint8_t> frame, PacketMeta& meta) noexcept;

/// The same for a packet that begins with its IP header, `l3_offset` bytes into `bytes`.
void parse_packet(std::span<const uint8_t> bytes, uint16_t l3_offset, PacketMeta& meta) noexcept;

/// All the bytes of an mbuf. Egret keeps packets in one segment.
[[nodiscard]] inline std::span<uint8_t> bytes_of(rte_mbuf* packet) noexcept {
    return {rte_pktmbuf_mtod(packet, uint8_t*), rte_pktmbuf_data_len(packet)};
}

}  // namespace egret
