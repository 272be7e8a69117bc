// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/tunnels.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

namespace egret::control {

Tunnels::Tunnels(
    OwnKeys own,
    std::vector<TunnelPeer> peers,
    crypto::Random& random,
    TunnelSink& sink
)
    : own_(std::move(own)),
      random_(random),
      sink_(sink),
      context_{own_, random, sink, indexes_, clock_} {
    for (TunnelPeer& peer : peers) {
        add(std::move(peer));
    }
}

void Tunnels::start(const Moment& raw) {
    const Moment moment = clock_.read(raw);
    for (auto& [slot, peer] : peers_) {
        const bool is_called = peer.is_to_be_called(moment.now_ns);
        peer.start(context_, moment.now_ns, is_called ? draw_delay(peers_.size()) : 0);
        schedule(slot, peer);
    }
    tick(raw);
}

void Tunnels::resume(
    std::span<const api::SessionRecord> sessions,
    std::span<const api::PeerRecord> peers,
    const Moment& raw
) {
    const Moment moment = clock_.read(raw);
    std::unordered_set<uint32_t> living;
    for (const api::SessionRecord& record : sessions) {
        living.insert(record.receiver_index);
    }
    for (auto& [slot, peer] : peers_) {
        peer.forget_all_but(context_, living);
    }
    for (const api::PeerRecord& record : peers) {
        if (PeerTunnel* peer = find(record.slot)) {
            peer->adopt(record, moment.now_ns);
            schedule(record.slot, *peer);
        }
    }
    std::vector<api::SessionRecord> by_age(sessions.begin(), sessions.end());
    std::ranges::stable_sort(by_age, {}, &api::SessionRecord::created_ns);
    for (const api::SessionRecord& record : by_age) {
        PeerTunnel* peer = find(record.peer);
        if (peer == nullptr || !peer->adopt(context_, record)) {
            sink_.retire(record.receiver_index);
        }
    }
    tick(raw);
}

void Tunnels::reconfigure(OwnKeys own, std::vector<TunnelPeer> peers, const Moment& raw) {
    const Moment moment = clock_.read(raw);
    const bool own_changed = !own_.same_as(own);
    own_.replace(std::move(own));
    slots_.clear();
    std::map<uint16_t, PeerTunnel> before = std::exchange(peers_, {});
    for (TunnelPeer& configured : peers) {
        const uint16_t slot = configured.slot;
        const uint64_t delay_ns = draw_delay(peers.size());
        PeerTunnel* peer = nullptr;
        const auto known = before.find(slot);
        if (known != before.end() && known->second.is(configured)) {
            peer = &peers_.insert(before.extract(known)).position->second;
            learn_keys(configured);
            peer->reconfigure(
                context_,
                std::move(configured),
                own_changed,
                moment.now_ns,
                delay_ns
            );
        } else {
            peer = &add(std::move(configured));
            peer->start(context_, moment.now_ns, delay_ns);
        }
        schedule(slot, *peer);
    }
    for (auto& [slot, peer] : before) {
        peer.remove(context_);
    }
    tick(raw);
}

bool Tunnels::on_event(const api::Event& event, const Moment& moment) {
    switch (event.kind) {
        case api::EventKind::session_wanted:
            want_session(event.peer, moment);
            return true;
        case api::EventKind::session_confirmed:
            confirmed(event.peer, static_cast<uint32_t>(event.flow));
            return true;
        case api::EventKind::peer_moved:
            moved(event.peer, {event.outer, event.source_port});
            return true;
        case api::EventKind::flow_opened:
        case api::EventKind::flow_named:
        case api::EventKind::flow_closed:
        case api::EventKind::claim_refused:
            break;
    }
    return false;
}

void Tunnels::want_session(uint16_t slot, const Moment& raw) {
    const Moment moment = clock_.read(raw);
    if (PeerTunnel* peer = find(slot)) {
        peer->want(moment.now_ns);
        tick_peer(slot, *peer, moment);
    }
}

void Tunnels::confirmed(uint16_t slot, uint32_t receiver_index) {
    if (PeerTunnel* peer = find(slot)) {
        peer->confirmed(context_, receiver_index);
    }
}

void Tunnels::moved(uint16_t slot, const api::Endpoint& endpoint) {
    if (PeerTunnel* peer = find(slot)) {
        peer->moved(endpoint);
    }
}

void Tunnels::refused(uint32_t receiver_index, api::InstallStatus status, const Moment& raw) {
    const Moment moment = clock_.read(raw);
    const std::optional<uint16_t> slot = indexes_.slot_of(receiver_index);
    if (PeerTunnel* peer = slot ? find(*slot) : nullptr) {
        peer->refused(context_, receiver_index, status, moment.now_ns);
        tick_peer(*slot, *peer, moment);
    }
}

void Tunnels::tick(const Moment& raw) {
    const Moment moment = clock_.read(raw);
    for (int i = 0; i < kMostPerTick; ++i) {
        const std::optional<uint16_t> slot = due_.take(moment.now_ns);
        if (!slot) {
            return;
        }
        if (PeerTunnel* peer = find(*slot)) {
            tick_peer(*slot, *peer, moment);
        }
    }
}

PeerTunnel* Tunnels::find(uint16_t slot) {
    const auto found = peers_.find(slot);
    return found == peers_.end() ? nullptr : &found->second;
}

PeerTunnel& Tunnels::add(TunnelPeer peer) {
    learn_keys(peer);
    const uint16_t slot = peer.slot;
    return peers_.try_emplace(slot, std::move(peer)).first->second;
}

void Tunnels::learn_keys(const TunnelPeer& peer) {
    slots_.emplace(peer.public_key, peer.slot);
    if (peer.next_public_key) {
        slots_.emplace(*peer.next_public_key, peer.slot);
    }
}

void Tunnels::tick_peer(uint16_t slot, PeerTunnel& peer, const Moment& moment) {
    peer.tick(context_, moment);
    schedule(slot, peer);
}

void Tunnels::schedule(uint16_t slot, const PeerTunnel& peer) {
    due_.put(slot, peer.due_ns(context_));
}

/// A moment of its own for each of `n_peers` that are to be called at once. A node with few peers
/// has no reason to make them wait.
uint64_t Tunnels::draw_delay(size_t n_peers) {
    constexpr uint64_t kSpread = crypto::kSecond / 1000;
    const uint64_t window_ns =
        std::min((std::max<uint64_t>(n_peers, 1) - 1) * kSpread, crypto::kSecond);
    return window_ns == 0 ? 0 : random_.below(static_cast<uint32_t>(window_ns));
}

}  // namespace egret::control
