// SPDX-License-Identifier: Apache-2.0
#include "locked_pool.hpp"

#include <rte_mbuf.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace egret::test {
namespace {

struct Stack {
    std::mutex mutex;
    std::vector<void*> buffers;
};

Stack& stack_of(const rte_mempool* pool) {
    return *static_cast<Stack*>(pool->pool_data);
}

int make(rte_mempool* pool) {
    pool->pool_data = new Stack;
    return 0;
}

void destroy(rte_mempool* pool) {
    delete static_cast<Stack*>(pool->pool_data);
}

int put(rte_mempool* pool, void* const* buffers, unsigned n) {
    Stack& stack = stack_of(pool);
    const std::lock_guard lock(stack.mutex);
    stack.buffers.insert(stack.buffers.end(), buffers, buffers + n);
    return 0;
}

int take(rte_mempool* pool, void** buffers, unsigned n) {
    Stack& stack = stack_of(pool);
    const std::lock_guard lock(stack.mutex);
    if (stack.buffers.size() < n) {
        return -ENOBUFS;
    }
    for (unsigned i = 0; i < n; ++i) {
        buffers[i] = stack.buffers.back();
        stack.buffers.pop_back();
    }
    return 0;
}

unsigned count(const rte_mempool* pool) {
    Stack& stack = stack_of(pool);
    const std::lock_guard lock(stack.mutex);
    return static_cast<unsigned>(stack.buffers.size());
}

}  // namespace

rte_mempool* make_locked_pool(unsigned n_buffers) {
    rte_mempool_ops operations{};
    std::snprintf(static_cast<char*>(operations.name), sizeof(operations.name), "locked");
    operations.alloc = make;
    operations.free = destroy;
    operations.enqueue = put;
    operations.dequeue = take;
    operations.get_count = count;
    rte_mempool* pool = nullptr;
    if (rte_mempool_register_ops(&operations) >= 0) {
        pool = rte_pktmbuf_pool_create_by_ops(
            "locked",
            n_buffers,
            0,
            0,
            RTE_MBUF_DEFAULT_BUF_SIZE,
            SOCKET_ID_ANY,
            static_cast<const char*>(operations.name)
        );
    }
    if (pool == nullptr) {
        std::fprintf(stderr, "no memory for packet buffers\n");
        std::exit(1);
    }
    return pool;
}

}  // namespace egret::test
