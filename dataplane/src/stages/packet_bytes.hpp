// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_mbuf.h>

#include <cassert>
#include <cstdint>
#include <span>

namespace egret {

// The bytes of a packet in one segment, as Egret keeps them. DPDK's own calls look for the last segment first, in a cache line
// of the mbuf that nothing else here needs.

/// All the bytes of an mbuf.
[[nodiscard]] inline std::span<uint8_t> bytes_of(rte_mbuf* packet) noexcept {
    return {rte_pktmbuf_mtod(packet, uint8_t*), rte_pktmbuf_data_len(packet)};
}

/// Room for `size` bytes more in front; nullptr, and nothing changes, if there is none. Returns the first.
[[nodiscard]] inline uint8_t* add_front(rte_mbuf* packet, uint16_t size) noexcept {
    if (size > packet->data_off) {
        return nullptr;
    }
    packet->data_off = static_cast<uint16_t>(packet->data_off - size);
    packet->data_len = static_cast<uint16_t>(packet->data_len + size);
    packet->pkt_len = packet->data_len;
    return rte_pktmbuf_mtod(packet, uint8_t*);
}

/// The same behind the last byte.
[[nodiscard]] inline uint8_t* add_back(rte_mbuf* packet, uint16_t size) noexcept {
    const uint32_t end = uint32_t{packet->data_off} + packet->data_len;
    if (end + size > packet->buf_len) {
        return nullptr;
    }
    packet->data_len = static_cast<uint16_t>(packet->data_len + size);
    packet->pkt_len = packet->data_len;
    return static_cast<uint8_t*>(packet->buf_addr) + end;
}

/// Takes `front` bytes off the front and `back` off the end; together no more than there are.
inline void cut(rte_mbuf* packet, uint32_t front, uint32_t back) noexcept {
    assert(front + back <= packet->data_len);
    packet->data_off = static_cast<uint16_t>(packet->data_off + front);
    packet->data_len = static_cast<uint16_t>(packet->data_len - front - back);
    packet->pkt_len = packet->data_len;
}

}  // namespace egret
