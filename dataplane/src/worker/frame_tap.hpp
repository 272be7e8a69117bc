// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "worker/clock.hpp"

#include <egret/api/messages.hpp>

#include <rte_mbuf.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace egret {

/// Copies of a port's frames on their way from the worker to the agent. The worker never waits: what finds no room is not
/// copied, and counted.
class FrameTap {
  public:
    /// Frames that can wait for the agent.
    static constexpr uint32_t kFrames = 1024;

    /// `snap_bytes` of each frame are kept. Allocates kFrames times that.
    FrameTap(uint32_t snap_bytes, Clock unix_ns);

    /// Worker: copies `frames`, which stay the caller's.
    void copy(std::span<rte_mbuf* const> frames, bool sent) noexcept;

    /// Agent: the oldest frame as it goes to whoever asked for it, an api::CapturedFrame and the bytes; empty if there is
    /// none. Valid until `pop`.
    [[nodiscard]] std::span<std::byte> oldest() noexcept;

    /// Agent: is done with the oldest frame.
    void pop() noexcept;

    /// Anybody.
    [[nodiscard]] bool empty() const noexcept {
        return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_acquire);
    }

  private:
    [[nodiscard]] std::byte* slot(uint32_t n) noexcept {
        return bytes_.data() + size_t{n % kFrames} * slot_bytes_;
    }

    uint32_t snap_bytes_;
    size_t slot_bytes_;
    Clock unix_ns_;
    std::vector<std::byte> bytes_;
    uint32_t n_missed_ = 0;                      ///< worker: since the last copy
    alignas(64) std::atomic<uint32_t> head_{0};  ///< agent: rw, worker: ro
    alignas(64) std::atomic<uint32_t> tail_{0};  ///< worker: rw, agent: ro
};

}  // namespace egret
