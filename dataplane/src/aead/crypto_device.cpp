// SPDX-License-Identifier: Apache-2.0
#include "aead/crypto_device.hpp"

#include <rte_cryptodev.h>
#include <rte_dev.h>
#include <rte_errno.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

namespace egret {
namespace {

/// Sessions of a mempool. Making one takes a third of a millisecond of whoever installs the key that needs it, and three of
/// DPDK's 2,560 memory zones: enough for 10,000 peers with four sessions each.
constexpr uint32_t kSessionsPerPool = 256;

/// The one queue pair is never used, but a device has one: it keeps the library's state from being made anew for each key.
constexpr uint32_t kDescriptors = 64;

/// DPDK's bus of devices in software.
constexpr const char* kBus = "vdev";

/// DPDK wants names that differ.
constinit std::atomic<uint32_t> n_pools_made{0};

std::string why(const char* what, int error) {
    return std::string(what) + ": " + rte_strerror(std::abs(error));
}

uint64_t size_of(const rte_mempool* pool) noexcept {
    return uint64_t{pool->size} * (pool->header_size + pool->elt_size + pool->trailer_size);
}

}  // namespace

std::string CryptoDevice::open() {
    if (is_open() || refused_) {
        return {};
    }
    if (const int error = rte_eal_hotplug_add(kBus, driver_, ""); error != 0 && error != -EEXIST) {
        refused_ = true;
        return why("DPDK has no such driver here", error);
    }
    std::string problem = start();
    if (!problem.empty()) {
        refused_ = true;
        close();
    }
    return problem;
}

std::string CryptoDevice::start() {
    id_ = rte_cryptodev_get_dev_id(driver_);
    if (id_ < 0) {
        return "its driver made no device";
    }
    rte_cryptodev_info info;
    rte_cryptodev_info_get(id(), &info);
    if ((info.feature_flags & RTE_CRYPTODEV_FF_SYM_CPU_CRYPTO) == 0) {
        return "it has no synchronous mode";
    }
    rte_cryptodev_config config{};
    config.socket_id = rte_cryptodev_socket_id(id());
    config.nb_queue_pairs = 1;
    rte_cryptodev_qp_conf queue{};
    queue.nb_descriptors = kDescriptors;
    int error = rte_cryptodev_configure(id(), &config);
    if (error == 0) {
        error = rte_cryptodev_queue_pair_setup(id(), 0, &queue, config.socket_id);
    }
    if (error == 0) {
        error = rte_cryptodev_start(id());
    }
    return error == 0 ? std::string() : why("it does not start", error);
}

void CryptoDevice::close() {
    if (is_open()) {
        rte_cryptodev_stop(id());
    }
    rte_eal_hotplug_remove(kBus, driver_);
    id_ = -1;
    const std::lock_guard lock(pools_lock_);
    const auto used = std::remove_if(
        pools_.begin(),
        pools_.begin() + static_cast<std::ptrdiff_t>(n_pools_),
        [](rte_mempool* pool) {
            const bool unused = rte_mempool_full(pool) == 1;
            if (unused) {
                rte_mempool_free(pool);
            }
            return unused;
        }
    );
    n_pools_ = static_cast<size_t>(used - pools_.begin());
}

rte_mempool* CryptoDevice::pool_with_room() noexcept {
    const std::lock_guard lock(pools_lock_);
    // The newest first: it is the one with room unless sessions ended.
    const auto found = std::find_if(pools().rbegin(), pools().rend(), [](const rte_mempool* pool) {
        return rte_mempool_avail_count(pool) > 0;
    });
    return found != pools().rend() ? *found : add_pool(kSessionsPerPool);
}

rte_mempool* CryptoDevice::add_pool(uint32_t n_sessions) noexcept {
    if (n_pools_ == kMaxPools) {
        return nullptr;
    }
    const std::string name = "sessions" + std::to_string(n_pools_made++);
    rte_mempool* pool = rte_cryptodev_sym_session_pool_create(
        name.c_str(),
        n_sessions,
        rte_cryptodev_sym_get_private_session_size(id()),
        0,
        0,
        SOCKET_ID_ANY
    );
    if (pool != nullptr) {
        pools_[n_pools_++] = pool;
    }
    return pool;
}

uint64_t CryptoDevice::memory_bytes() const noexcept {
    const std::lock_guard lock(pools_lock_);
    uint64_t bytes = 0;
    for (const rte_mempool* pool : pools()) {
        bytes += size_of(pool);
    }
    return bytes;
}

}  // namespace egret
