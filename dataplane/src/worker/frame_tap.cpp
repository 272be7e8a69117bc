// SPDX-License-Identifier: Apache-2.0
#include "worker/frame_tap.hpp"

#include <algorithm>
#include <cstring>

namespace egret {

FrameTap::FrameTap(uint32_t snap_bytes, Clock unix_ns)
    : snap_bytes_(snap_bytes),
      slot_bytes_(
          (sizeof(api::CapturedFrame) + snap_bytes + alignof(api::CapturedFrame) - 1) /
          alignof(api::CapturedFrame) * alignof(api::CapturedFrame)
      ),
      unix_ns_(unix_ns),
      bytes_(kFrames * slot_bytes_) {}

void FrameTap::copy(std::span<rte_mbuf* const> frames, bool sent) noexcept {
    if (frames.empty()) {
        return;
    }
    const uint64_t now_ns = unix_ns_();
    uint32_t tail = tail_.load(std::memory_order_relaxed);
    const uint32_t head = head_.load(std::memory_order_acquire);
    for (const rte_mbuf* frame : frames) {
        if (tail - head == kFrames) {
            ++n_missed_;
            continue;
        }
        api::CapturedFrame front;
        front.unix_ns = now_ns;
        front.frame_bytes = rte_pktmbuf_data_len(frame);
        front.n_missed = n_missed_;
        front.sent = sent;
        n_missed_ = 0;
        std::byte* place = slot(tail++);
        std::memcpy(place, &front, sizeof(front));
        std::memcpy(
            place + sizeof(front),
            rte_pktmbuf_mtod(frame, const std::byte*),
            std::min(front.frame_bytes, snap_bytes_)
        );
    }
    tail_.store(tail, std::memory_order_release);
}

std::span<std::byte> FrameTap::oldest() noexcept {
    if (empty()) {
        return {};
    }
    std::byte* place = slot(head_.load(std::memory_order_relaxed));
    api::CapturedFrame front;
    std::memcpy(&front, place, sizeof(front));
    return {place, sizeof(front) + std::min(front.frame_bytes, snap_bytes_)};
}

void FrameTap::pop() noexcept {
    head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

}  // namespace egret
