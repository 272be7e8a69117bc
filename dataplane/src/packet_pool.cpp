// SPDX-License-Identifier: Apache-2.0
#include <egret/packet_pool.hpp>

#include <rte_eal.h>
#include <rte_mbuf_pool_ops.h>

namespace egret {
namespace {

/// What rte_pktmbuf_pool_create does, but for the flag.
rte_mempool*
make_end_to_end(const char* name, unsigned buffers, unsigned cached, uint16_t data_room) noexcept {
    rte_mempool* pool = rte_mempool_create_empty(
        name,
        buffers,
        static_cast<unsigned>(sizeof(rte_mbuf)) + data_room,
        cached,
        sizeof(rte_pktmbuf_pool_private),
        SOCKET_ID_ANY,
        RTE_MEMPOOL_F_NO_IOVA_CONTIG
    );
    if (pool == nullptr) {
        return nullptr;
    }
    rte_pktmbuf_pool_private notes{};
    notes.mbuf_data_room_size = data_room;
    const bool has_ops =
        rte_mempool_set_ops_byname(pool, rte_mbuf_best_mempool_ops(), nullptr) == 0;
    rte_pktmbuf_pool_init(pool, &notes);
    if (!has_ops || rte_mempool_populate_default(pool) < 0) {
        rte_mempool_free(pool);
        return nullptr;
    }
    rte_mempool_obj_iter(pool, rte_pktmbuf_init, nullptr);
    return pool;
}

}  // namespace

rte_mempool* make_packet_pool(
    const char* name,
    unsigned buffers,
    unsigned cached,
    uint16_t data_room_bytes
) noexcept {
    return rte_eal_has_hugepages() != 0
               ? rte_pktmbuf_pool_create(name, buffers, cached, 0, data_room_bytes, SOCKET_ID_ANY)
               : make_end_to_end(name, buffers, cached, data_room_bytes);
}

}  // namespace egret
