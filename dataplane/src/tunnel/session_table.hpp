// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tunnel/session.hpp"

#include <rte_rcu_qsbr.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>

namespace egret {

/// Every session of a node, found by receiver index. Outside generations: a push does not touch it.
///
/// One thread installs and retires, each with one release store; workers look up without locks. A retired session is
/// destroyed, and its keys wiped, once every worker has been quiescent: `reclaim` does it.
class SessionTable {
  public:
    /// Low bits of a receiver index that choose the slot; the others must match as well.
    static constexpr uint32_t kSlotBits = api::kSessionSlotBits;

    explicit SessionTable(rte_rcu_qsbr* readers);
    ~SessionTable();
    SessionTable(const SessionTable&) = delete;
    SessionTable& operator=(const SessionTable&) = delete;

    /// The session with this receiver index, or nullptr. Any worker; valid until its next quiescent report.
    [[nodiscard]] Session* find(uint32_t receiver_index) const noexcept {
        Session* session = slots_[slot_of(receiver_index)].load(std::memory_order_acquire);
        return session != nullptr && session->receiver_index == receiver_index ? session : nullptr;
    }

    /// Makes the session known; false, and the session is destroyed, if its slot is taken.
    [[nodiscard]] bool install(std::unique_ptr<Session> session) noexcept;

    /// Takes the session out; it is destroyed by a later `reclaim`.
    void retire(Session& session);

    /// Destroys what no worker can still be using. Returns how many sessions wait.
    size_t reclaim();

    [[nodiscard]] uint32_t size() const noexcept { return size_; }

  private:
    static constexpr uint32_t slot_of(uint32_t receiver_index) noexcept {
        return receiver_index & ((1U << kSlotBits) - 1);
    }

    struct Retired {
        uint64_t token;
        std::unique_ptr<Session> session;
    };

    rte_rcu_qsbr* readers_;
    std::unique_ptr<std::atomic<Session*>[]> slots_;
    std::deque<Retired> retired_;
    uint32_t size_ = 0;
};

}  // namespace egret
