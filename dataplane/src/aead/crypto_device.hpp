// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_mempool.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace egret {

/// One of DPDK's crypto devices in software, used in synchronous CPU mode: no queues, no operations, no packet buffers.
///
/// A session of DPDK's is one key in one direction. They come from mempools, of which more are made as keys come, so that a
/// node with few peers does not pay for many. Threads: `open` and `close` one at a time; the others any number at once.
class CryptoDevice {
  public:
    /// `driver` is DPDK's name of it, e.g. "crypto_aesni_mb".
    explicit constexpr CryptoDevice(const char* driver) noexcept
        : driver_(driver) {}

    /// Makes the device known to DPDK and starts it; EAL must be up. Nothing happens if it is open already. Empty, or, the
    /// first time, one sentence that says why this machine has no such device.
    [[nodiscard]] std::string open();

    /// Takes the device and the mempools nobody has a session of away again. What is sealed after that is lost.
    void close();

    [[nodiscard]] bool is_open() const noexcept { return id_ >= 0; }

    [[nodiscard]] uint8_t id() const noexcept { return static_cast<uint8_t>(id_); }

    /// A mempool with room for a session now; null when there is no memory left. Others may take the room first: ask again.
    [[nodiscard]] rte_mempool* pool_with_room() noexcept;

    /// What all the mempools take, bytes.
    [[nodiscard]] uint64_t memory_bytes() const noexcept;

  private:
    static constexpr size_t kMaxPools = 800;  ///< more than DPDK has names for

    [[nodiscard]] std::span<rte_mempool* const> pools() const noexcept {
        return std::span(pools_).first(n_pools_);
    }

    [[nodiscard]] std::string start();
    [[nodiscard]] rte_mempool* add_pool(uint32_t n_sessions) noexcept;

    const char* driver_;
    int id_ = -1;
    bool refused_ = false;
    mutable std::mutex pools_lock_;                ///< keys come by one at a time, and seldom
    std::array<rte_mempool*, kMaxPools> pools_{};  ///< the first n_pools_
    size_t n_pools_ = 0;
};

}  // namespace egret
