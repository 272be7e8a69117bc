// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>

namespace egret {

/// A bounded queue of fixed-size messages from one writer to one reader, without locks.
template <class Message>
class Ring {
  public:
    /// Room for at least `capacity` messages, rounded up to a power of two.
    explicit Ring(uint32_t capacity)
        : mask_(std::bit_ceil(capacity) - 1),
          messages_(std::make_unique<Message[]>(mask_ + 1U)) {}

    /// Writer: false, and nothing is written, if the reader is a whole ring behind.
    [[nodiscard]] bool push(const Message& message) noexcept {
        const uint32_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_.load(std::memory_order_acquire) > mask_) {
            return false;
        }
        messages_[tail & mask_] = message;
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }

    /// Writer: how many messages wait; the reader may have taken some since.
    [[nodiscard]] uint32_t size() const noexcept {
        return tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_acquire);
    }

    [[nodiscard]] uint32_t capacity() const noexcept { return mask_ + 1; }

    /// Reader: takes the oldest message; false if there is none.
    [[nodiscard]] bool pop(Message& message) noexcept {
        const uint32_t head = head_.load(std::memory_order_relaxed);
        if (head == tail_.load(std::memory_order_acquire)) {
            return false;
        }
        message = messages_[head & mask_];
        head_.store(head + 1, std::memory_order_release);
        return true;
    }

    /// Either side: true if nothing waits. A message pushed or popped at the same time may or may not count.
    [[nodiscard]] bool empty() const noexcept {
        return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire);
    }

  private:
    uint32_t mask_;
    std::unique_ptr<Message[]> messages_;
    alignas(64) std::atomic<uint32_t> head_{0};  ///< reader: rw, writer: ro
    alignas(64) std::atomic<uint32_t> tail_{0};  ///< writer: rw, reader: ro
};

}  // namespace egret
