// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <cstdint>

namespace egret {

/// A pool of packet buffers for a Node and its ports; nullptr, with rte_errno, if it cannot be had. `cached`: as with
/// rte_pktmbuf_pool_create. Free it with rte_mempool_free.
///
/// Without huge pages rte_pktmbuf_pool_create gives each buffer a page of its own, so that no buffer is spread over memory a
/// device sees in two places. All of them then lie at one offset of their pages, and a burst shares the few ways of one set of
/// the cache. No device that cares works without huge pages, so there the buffers lie end to end.
[[nodiscard]] rte_mempool* make_packet_pool(
    const char* name,
    unsigned buffers,
    unsigned cached,
    uint16_t data_room_bytes = RTE_MBUF_DEFAULT_BUF_SIZE
) noexcept;

}  // namespace egret
