// SPDX-License-Identifier: Apache-2.0
// A peer's life and timers.
#include "control/tunnel/peer_tunnel.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <utility>

namespace egret::control {

PeerTunnel::PeerTunnel(TunnelPeer peer)
    : peer_(std::move(peer)),
      keys_(peer_),
      endpoint_(peer_.endpoint) {}

template <class Predicate>
void PeerTunnel::end_sessions(TunnelContext& context, Predicate matches) {
    for (const PeerSession& session : sessions_.remove_if(matches)) {
        context.sink.retire(session.receiver_index);
        context.indexes.release(session.receiver_index);
    }
}

void PeerTunnel::want(uint64_t now_ns) noexcept {
    // Asked for before the dataplane had the session that was just made.
    const PeerSession* newest = sessions_.newest();
    if (newest != nullptr && age_ns(newest->created_ns, now_ns) < crypto::kRekeyTimeout) {
        return;
    }
    if (can_initiate()) {
        timer_.want(now_ns);
    } else if (!unanswered_since_ns_) {
        unanswered_since_ns_ = now_ns;
    }
}

void PeerTunnel::start(TunnelContext& context, uint64_t now_ns, uint64_t delay_ns) {
    const bool is_called = is_to_be_called(now_ns);
    for (const PeerSession& session : sessions_.remove_if([](const auto&) { return true; })) {
        context.indexes.release(session.receiver_index);
    }
    drop_initiation(context);
    n_refused_ = 0;
    unconfirmed_since_ns_.reset();
    unanswered_since_ns_.reset();
    is_down_ = false;
    timer_ = InitiationTimer();
    if (is_called) {
        timer_.want(now_ns, delay_ns);
    }
}

bool PeerTunnel::is_to_be_called(uint64_t now_ns) const noexcept {
    return can_initiate() && (peer_.endpoint.address.present() || peer_.keepalive ||
                              timer_.is_running() || now_ns < sessions_.end_ns());
}

void PeerTunnel::forget_all_but(
    TunnelContext& context,
    const std::unordered_set<uint32_t>& living
) {
    const auto is_gone = [&](const PeerSession& session) {
        return !living.contains(session.receiver_index);
    };
    for (const PeerSession& session : sessions_.remove_if(is_gone)) {
        context.indexes.release(session.receiver_index);
    }
}

bool PeerTunnel::adopt(TunnelContext& context, const api::SessionRecord& record) {
    if (sessions_.find(record.receiver_index) != nullptr) {
        return true;
    }
    if (record.suite != peer_.suite || !keys_.choice_of(context.own, record.key_tag)) {
        return false;
    }
    if (context.indexes.reserve(record.receiver_index, peer_.slot)) {
        keep_session(
            context,
            {
                .receiver_index = record.receiver_index,
                .initiator = record.initiator,
                .confirmed = record.initiator || record.confirmed,
                .created_ns = context.clock.steady(record.created_ns),
                .key_tag = record.key_tag,
                .endpoint = endpoint_,
            }
        );
    }
    return true;
}

void PeerTunnel::adopt(const api::PeerRecord& record, uint64_t now_ns) noexcept {
    if (record.endpoint.address.present()) {
        endpoint_ = record.endpoint;
    }
    is_down_ = record.state == api::PeerState::down;
    if (record.staged > 0 && !record.has_session) {
        want(now_ns);  // what asked for it may be lost with the process before this one
    }
}

void PeerTunnel::reconfigure(
    TunnelContext& context,
    TunnelPeer peer,
    bool own_changed,
    uint64_t now_ns,
    uint64_t delay_ns
) {
    const bool was_to_be_called = is_to_be_called(now_ns);
    const bool has_moved = peer.endpoint.address.present() && peer.endpoint != peer_.endpoint;
    const bool speaks_other_suite = peer.suite != peer_.suite;
    const bool peer_changed = keys_.replace(peer);
    peer_ = std::move(peer);
    if (has_moved) {
        endpoint_ = peer_.endpoint;
    }
    const bool has_new_keys = own_changed || peer_changed || speaks_other_suite;
    if (has_new_keys) {
        forget_choices();
        keys_.forget_all_but(context.own);
        end_sessions(context, [&](const PeerSession& session) {
            return speaks_other_suite || !keys_.choice_of(context.own, session.key_tag);
        });
        if (pending_ && (speaks_other_suite || !context.own.holds(pending_->own) ||
                         keys_.find(pending_->peer) == nullptr)) {
            drop_initiation(context);
        }
    }
    const bool is_reason = has_moved || (has_new_keys && !uses_newest_keys(context));
    if (is_reason && can_initiate() && (was_to_be_called || is_to_be_called(now_ns))) {
        timer_.want(now_ns, delay_ns);
    }
}

/// What was learnt of the keys' use: new ones are tried first again.
void PeerTunnel::forget_choices() noexcept {
    has_no_usable_key_ = false;
    first_choice_ = {};
    n_tries_ = 0;
    respond_with_ = 0;
    unconfirmed_since_ns_.reset();
}

bool PeerTunnel::uses_newest_keys(const TunnelContext& context) const {
    const PeerSession* newest = sessions_.newest();
    return newest != nullptr && keys_.choice_of(context.own, newest->key_tag) == KeyChoice{};
}

void PeerTunnel::remove(TunnelContext& context) {
    end_sessions(context, [](const PeerSession&) { return true; });
    drop_initiation(context);
}

void PeerTunnel::refused(
    TunnelContext& context,
    uint32_t receiver_index,
    api::InstallStatus status,
    uint64_t now_ns
) {
    const std::optional<PeerSession> session = sessions_.remove(receiver_index);
    if (!session) {
        return;
    }
    context.indexes.release(receiver_index);
    if (session->initiator) {
        retry_after(status, now_ns);
    } else {
        unconfirmed_since_ns_.reset();  // there was no response
    }
}

void PeerTunnel::confirmed(TunnelContext& context, uint32_t receiver_index) {
    PeerSession* session = sessions_.find(receiver_index);
    if (session == nullptr || session->confirmed) {
        return;
    }
    session->confirmed = true;
    endpoint_ = session->endpoint;
    n_tries_ = 0;
    unconfirmed_since_ns_.reset();
    if (const auto choice = keys_.choice_of(context.own, session->key_tag)) {
        first_choice_ = *choice;
        respond_with_ = choice->preshared;
    }
}

void PeerTunnel::tick(TunnelContext& context, const Moment& moment) {
    switch (timer_.poll(moment.now_ns)) {
        case InitiationTimer::Action::initiate:
            initiate(context, moment);
            break;
        case InitiationTimer::Action::give_up:
            drop_initiation(context);
            break;
        case InitiationTimer::Action::none:
            break;
    }
    if (pending_ && age_ns(pending_->sent_ns, moment.now_ns) >= crypto::kRekeyAttemptTime) {
        drop_initiation(context);
    }
    if (moment.now_ns >= down_due_ns(context)) {
        is_down_ = true;
        context.sink.set_state(peer_.slot, api::PeerState::down);
    }
}

uint64_t PeerTunnel::due_ns(const TunnelContext& context) const noexcept {
    const uint64_t stale_ns = pending_ ? pending_->sent_ns + crypto::kRekeyAttemptTime : kNever;
    return std::min({timer_.due_ns(), down_due_ns(context), stale_ns});
}

uint64_t PeerTunnel::down_due_ns(const TunnelContext& context) const noexcept {
    if (is_down_ || !unanswered_since_ns_) {
        return kNever;
    }
    // Each pair of keys gets its try. Where no initiation can be sent there is no answer to wait for.
    const uint64_t n_tries = can_initiate() ? context.own.size() * keys_.size() : 0;
    const uint64_t patience = n_tries * crypto::kRekeyTimeout +
                              (n_tries > 1 ? n_tries * crypto::kRekeyTimeoutJitterMax : 0);
    return std::max(*unanswered_since_ns_ + patience, sessions_.end_ns());
}

/// The session as the dataplane takes it, but for its peer and its time. Holds keys.
api::SessionInstall PeerTunnel::to_install(const Outcome& outcome) {
    const crypto::SessionKeys& keys = outcome.keys;
    api::SessionInstall session;
    session.receiver_index = keys.local_index;
    session.remote_index = keys.remote_index;
    session.suite = keys.suite;
    session.initiator = keys.initiator;
    session.answered_in_place = outcome.answered_in_place;
    session.endpoint = outcome.source;
    session.key_tag = outcome.key_tag;
    std::ranges::copy(keys.send_key.bytes(), session.send_key.begin());
    std::ranges::copy(keys.receive_key.bytes(), session.receive_key.begin());
    return session;
}

/// Releases the index of the session's keys unless it is installed.
api::InstallStatus
PeerTunnel::install(TunnelContext& context, const Outcome& outcome, uint64_t now_ns) {
    api::SessionInstall session = to_install(outcome);
    session.peer = peer_.slot;
    session.created_ns = context.clock.raw(now_ns);
    const api::InstallStatus status = context.sink.install(session, outcome.response);
    crypto::wipe(session.send_key);
    crypto::wipe(session.receive_key);
    if (status != api::InstallStatus::installed) {
        context.indexes.release(session.receiver_index);
        return status;
    }
    const PeerSession* last = sessions_.newest();
    if (last != nullptr && age_ns(last->created_ns, now_ns) >= crypto::kRekeyTimeout) {
        n_refused_ = 0;
    }
    keep_session(
        context,
        {
            .receiver_index = session.receiver_index,
            .initiator = session.initiator,
            .confirmed = session.initiator,
            .created_ns = now_ns,
            .key_tag = session.key_tag,
            .endpoint = session.endpoint,
        }
    );
    unanswered_since_ns_.reset();
    is_down_ = false;
    return status;
}

void PeerTunnel::keep_session(TunnelContext& context, const PeerSession& session) {
    for (const PeerSession& gone : sessions_.add(session)) {
        context.indexes.release(gone.receiver_index);
    }
}

}  // namespace egret::control
