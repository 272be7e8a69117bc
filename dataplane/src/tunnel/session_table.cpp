// SPDX-License-Identifier: Apache-2.0
#include "tunnel/session_table.hpp"

#include "tables/grace_period.hpp"

namespace egret {

SessionTable::SessionTable(rte_rcu_qsbr* readers)
    : readers_(readers),
      slots_(std::make_unique<std::atomic<Session*>[]>(1U << kSlotBits)) {}

SessionTable::~SessionTable() {
    for (uint32_t slot = 0; slot < 1U << kSlotBits; ++slot) {
        delete slots_[slot].load(std::memory_order_relaxed);
    }
}

bool SessionTable::install(std::unique_ptr<Session> session) noexcept {
    std::atomic<Session*>& slot = slots_[slot_of(session->receiver_index)];
    if (slot.load(std::memory_order_relaxed) != nullptr) {
        return false;
    }
    slot.store(session.release(), std::memory_order_release);
    ++size_;
    return true;
}

void SessionTable::retire(Session& session) {
    slots_[slot_of(session.receiver_index)].store(nullptr, std::memory_order_release);
    --size_;
    retired_.push_back({rte_rcu_qsbr_start(readers_), std::unique_ptr<Session>(&session)});
}

size_t SessionTable::reclaim() {
    while (!retired_.empty() && is_grace_over(readers_, retired_.front().token)) {
        retired_.pop_front();
    }
    return retired_.size();
}

}  // namespace egret
