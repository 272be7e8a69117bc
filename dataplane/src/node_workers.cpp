// SPDX-License-Identifier: Apache-2.0
// What a node's workers share, and what they say to the threads around them.
#include "neighbours/neighbours.hpp"
#include "node_implementation.hpp"

#include <algorithm>
#include <utility>

namespace egret {

/// What one worker learns of names the others learn, too: a client asks on one flow and connects on another.
void Node::Implementation::connect_names() {
    if (passages == nullptr) {
        return;
    }
    for (const auto& worker : workers) {
        const uint8_t from = worker->state.number;
        worker->state.names.on_learned([from, all = passages.get()](const names::NameNews& news) {
            for (uint8_t to = 0; to < all->n_workers(); ++to) {
                if (to != from) {
                    static_cast<void>(all->between(from, to).names.push(news));
                }
            }
        });
    }
}

/// Gives a generation the shared part of each of its peers, before any worker sees it.
void Node::Implementation::share_peers(Snapshot& next) {
    if (passages == nullptr) {
        return;
    }
    const uint8_t n_workers = passages->n_workers();
    for (auto slot = static_cast<uint16_t>(shared.size()); slot < next.n_slots; ++slot) {
        shared.push_back(std::make_unique<SharedPeer>(
            readers.get(),
            passages->peer_changes,
            api::worker_of_slot(slot, n_workers),
            n_workers
        ));
    }
    for (const auto& peer : shared) {
        next.shared_peers.push_back(peer.get());
    }
}

uint8_t Node::workers() const noexcept {
    return static_cast<uint8_t>(implementation_->workers.size());
}

uint8_t Node::owner_of(uint16_t slot) const noexcept {
    return api::worker_of_slot(slot, workers());
}

uint64_t Node::handed_to(uint8_t worker) noexcept {
    return std::exchange(implementation_->workers[worker]->state.handed_to, 0);
}

bool Node::has_handed(uint8_t worker) const noexcept {
    return implementation_->passages != nullptr && implementation_->passages->waiting(worker);
}

void Node::go_offline(uint8_t worker) {
    rte_rcu_qsbr_thread_offline(implementation_->readers.get(), worker);
}

void Node::go_online(uint8_t worker) {
    rte_rcu_qsbr_thread_online(implementation_->readers.get(), worker);
}

void Node::set_link(api::Side side, const PortLink& link, uint8_t worker) {
    WorkerState& state = implementation_->workers[worker]->state;
    state.links[static_cast<size_t>(side)] = link;
    state.announce[static_cast<size_t>(side)] = worker == 0;  // once is enough
    forget_neighbours(state, side);
}

bool Node::next_event(api::Event& event) {
    return std::ranges::any_of(implementation_->workers, [&event](const auto& worker) {
        return worker->state.events.pop(event);
    });
}

bool Node::next_punt(api::Punt& punt) {
    return std::ranges::any_of(implementation_->workers, [&punt](const auto& worker) {
        return worker->state.punts.pop(punt);
    });
}

bool Node::has_messages() const noexcept {
    return std::ranges::any_of(implementation_->workers, [](const auto& worker) {
        return !worker->state.punts.empty() || !worker->state.events.empty();
    });
}

const api::Counters& Node::counters(uint8_t worker) const {
    return implementation_->workers[worker]->state.counters;
}

uint64_t Node::packets_staged(uint8_t worker) const {
    return implementation_->workers[worker]->state.packets_staged;
}

uint32_t Node::flows(uint8_t worker) const {
    return implementation_->workers[worker]->state.flows.size();
}

}  // namespace egret
