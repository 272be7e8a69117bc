// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/moment.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace egret::control {

/// When each peer next has something to do: with 10,000 of them nobody wants to ask all. A peer
/// whose time moves to later is found too early once, has nothing to do, and is put in again.
class DueQueue {
  public:
    /// The peer in `slot` wants to be looked at then; kNever changes nothing.
    void put(uint16_t slot, uint64_t due_ns) {
        if (slot >= earliest_.size()) {
            earliest_.resize(slot + size_t{1}, kNever);
        }
        if (due_ns < earliest_[slot]) {
            earliest_[slot] = due_ns;
            heap_.emplace(due_ns, slot);
        }
    }

    /// Takes out a peer whose time has come, in the order of times, then of slots.
    [[nodiscard]] std::optional<uint16_t> take(uint64_t now_ns) {
        while (!heap_.empty() && heap_.top().first <= now_ns) {
            const auto [due_ns, slot] = heap_.top();
            heap_.pop();
            if (earliest_[slot] == due_ns) {  // else an earlier time was put in later
                earliest_[slot] = kNever;
                return slot;
            }
        }
        return std::nullopt;
    }

    /// Nobody has anything to do before; kNever if nobody ever has.
    [[nodiscard]] uint64_t next_ns() const noexcept {
        return heap_.empty() ? kNever : heap_.top().first;
    }

  private:
    using Entry = std::pair<uint64_t, uint16_t>;

    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
    std::vector<uint64_t> earliest_;  ///< by slot, of the entries that count
};

}  // namespace egret::control
