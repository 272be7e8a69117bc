// SPDX-License-Identifier: Apache-2.0
#include "tunnel/shared_peer.hpp"

#include "tables/grace_period.hpp"

namespace egret {

SharedPeer::SharedPeer(
    rte_rcu_qsbr* readers,
    std::atomic<uint64_t>& changes,
    uint8_t owner,
    uint8_t n_workers
)
    : readers_(readers),
      changes_(changes),
      owner_(owner),
      n_workers_(n_workers),
      sent_(std::make_unique<SentNotes[]>(n_workers)) {}

bool SharedPeer::publish(const PeerWay& way) noexcept {
    const PeerWay* live = live_.load(std::memory_order_relaxed);
    if (live != nullptr && live->same_but_serial(way)) {
        return true;
    }
    const bool others_wait =
        live == nullptr || live->current != way.current || live->state != way.state;
    // An old endpoint does for a moment more; the last place is left for what does not.
    Place* place = free_place(live, others_wait ? 0 : 1);
    if (place == nullptr) {
        // An old session may be about to be retired.
        if (live != nullptr && live->current != way.current) {
            go_live(nullptr);
        }
        return false;
    }
    place->way = way;
    place->way.serial = ++serial_;
    go_live(&place->way);
    if (others_wait) {
        changes_.fetch_add(1, std::memory_order_release);
    }
    return true;
}

void SharedPeer::withdraw(const Session& session) noexcept {
    const PeerWay* live = live_.load(std::memory_order_relaxed);
    if (live != nullptr && live->current == &session) {
        go_live(nullptr);
    }
}

/// One that was never used, or that no worker can still be reading, where so many more are left.
SharedPeer::Place* SharedPeer::free_place(const PeerWay* live, size_t n_left) noexcept {
    size_t n_free = 0;
    for (Place& place : places_) {
        const bool is_free =
            &place.way != live && (place.token == 0 || is_grace_over(readers_, place.token));
        n_free += is_free ? 1U : 0U;
        if (is_free && n_free > n_left) {
            return &place;
        }
    }
    return nullptr;
}

void SharedPeer::go_live(const PeerWay* next) noexcept {
    const PeerWay* before = live_.load(std::memory_order_relaxed);
    live_.store(next, std::memory_order_release);
    for (Place& place : places_) {
        if (&place.way == before) {
            place.token = rte_rcu_qsbr_start(readers_);
        }
    }
}

}  // namespace egret
