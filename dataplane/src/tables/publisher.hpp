// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tables/grace_period.hpp"
#include "tables/snapshot.hpp"

#include <rte_rcu_qsbr.h>

#include <atomic>
#include <deque>
#include <memory>

namespace egret {

/// Hands complete generations from one writer to the workers.
///
///   writer: publish(next)                      worker: loop top:  snapshot = current(), once
///             old = exchange(next)                       ...     the whole burst uses it ...
///             retire old behind a token                loop end: rte_rcu_qsbr_quiescent
///           reclaim(): destroy what no worker holds
///
/// The writer never waits; at most kMaxRetired old generations exist at once, so memory is bounded.
class Publisher {
  public:
    static constexpr size_t kMaxRetired = 2;

    explicit Publisher(rte_rcu_qsbr* readers)
        : readers_(readers) {}

    ~Publisher() { delete current_.load(std::memory_order_relaxed); }

    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    /// The live generation, nullptr before the first. Workers; valid until their next quiescent report.
    [[nodiscard]] const Snapshot* current() const noexcept {
        return current_.load(std::memory_order_acquire);
    }

    /// Makes `next` live. False, and nothing changes, while kMaxRetired generations are still held by workers.
    [[nodiscard]] bool publish(std::unique_ptr<const Snapshot> next) {
        if (reclaim() >= kMaxRetired) {
            return false;
        }
        const Snapshot* old = current_.exchange(next.release(), std::memory_order_acq_rel);
        if (old != nullptr) {
            retired_.push_back({rte_rcu_qsbr_start(readers_), std::unique_ptr<const Snapshot>(old)}
            );
        }
        return true;
    }

    /// Destroys generations no worker can still be using. Returns how many remain.
    size_t reclaim() {
        while (!retired_.empty() && is_grace_over(readers_, retired_.front().token)) {
            retired_.pop_front();
        }
        return retired_.size();
    }

  private:
    struct Retired {
        uint64_t token;
        std::unique_ptr<const Snapshot> snapshot;
    };

    rte_rcu_qsbr* readers_;
    std::atomic<const Snapshot*> current_{nullptr};
    std::deque<Retired> retired_;
};

}  // namespace egret
