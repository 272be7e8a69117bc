// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/peer_tunnel.hpp"

#include "control/tunnel/key_tag.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <utility>

namespace egret::control {

namespace {

/// Installs the dataplane may refuse in a row before a handshake waits for its timer.
constexpr int kInstallAttempts = 4;

Received received_of(crypto::HandshakeError error) noexcept {
    switch (error) {
        case crypto::HandshakeError::suite_unavailable:
            return Received::wrong_suite;
        case crypto::HandshakeError::wrong_receiver:
            return Received::unexpected;
        case crypto::HandshakeError::malformed:
            return Received::malformed;
        case crypto::HandshakeError::low_order_point:
        case crypto::HandshakeError::not_authentic:
            break;
    }
    return Received::not_authentic;
}

}  // namespace

PeerTunnel::PeerTunnel(const crypto::KeyPair& own, TunnelPeer peer)
    : peer_(std::move(peer)),
      identity_(crypto::PeerIdentity::derive(own, peer_.public_key)),
      cookies_(peer_.public_key),
      endpoint_(peer_.endpoint) {}

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
    if (pending_ && age_ns(*timer_.last_sent_ns(), moment.now_ns) >= crypto::kRekeyAttemptTime) {
        drop_initiation(context);
    }
    if (moment.now_ns >= down_due_ns()) {
        is_down_ = true;
        context.sink.set_state(peer_.slot, api::PeerState::down);
    }
}

uint64_t PeerTunnel::due_ns() const noexcept {
    return std::min(timer_.due_ns(), down_due_ns());
}

void PeerTunnel::initiate(TunnelContext& context, const Moment& moment) {
    drop_initiation(context);
    const std::optional<uint32_t> index = context.indexes.draw(peer_.slot, context.random);
    std::array<std::byte, crypto::kInitiationSize> message{};
    crypto::KeyPair ephemeral = crypto::KeyPair::generate(context.random);
    timer_.sent(
        moment.now_ns,
        context.random.below(static_cast<uint32_t>(crypto::kRekeyTimeoutJitterMax) + 1)
    );
    if (!unanswered_since_ns_) {
        unanswered_since_ns_ = moment.now_ns;
    }
    if (!index) {
        return;
    }
    context.sink.made_ephemeral(peer_.slot, ephemeral.private_key);
    auto started = crypto::Initiator::start(
        {peer_.suite, context.own, *identity_, *index, next_time(moment.unix_ns)},
        std::move(ephemeral),
        message
    );
    if (!started) {
        context.indexes.release(*index);
        return;
    }
    pending_.emplace(std::move(*started));
    pending_destination_ = endpoint_;
    context.sink.send(peer_.slot, stamped(message, endpoint_, moment.now_ns));
}

void PeerTunnel::drop_initiation(TunnelContext& context) {
    if (pending_) {
        context.indexes.release(pending_->local_index());
        pending_.reset();
    }
}

/// A wall clock that stands still or goes back must not make the peer refuse our initiations.
crypto::Tai64n PeerTunnel::next_time(uint64_t unix_ns) noexcept {
    last_unix_ns_ = std::max(unix_ns, last_unix_ns_ + crypto::Tai64n::kStep);
    return crypto::Tai64n::from_unix_ns(last_unix_ns_);
}

/// `answered` if the initiation is the peer's, and newer than any before.
Received PeerTunnel::check_initiation(crypto::Responder& responder, uint64_t now_ns) {
    if (responder.suite() != peer_.suite) {
        return Received::wrong_suite;
    }
    if (!identity_) {
        return Received::not_authentic;
    }
    const auto time = responder.authenticate(identity_->static_shared);
    if (!time) {
        return received_of(time.error());
    }
    if (*time <= latest_time_) {
        return Received::replayed;
    }
    if (last_taken_ns_ && age_ns(*last_taken_ns_, now_ns) < kMinInitiationInterval) {
        return Received::too_soon;
    }
    latest_time_ = *time;
    last_taken_ns_ = now_ns;
    return Received::answered;
}

Received PeerTunnel::answer(
    TunnelContext& context,
    crypto::Responder& responder,
    const api::Endpoint& source,
    const Moment& moment
) {
    const Received checked = check_initiation(responder, moment.now_ns);
    if (checked != Received::answered) {
        return checked;
    }
    for (int attempt = 0; attempt < kInstallAttempts; ++attempt) {
        std::array<std::byte, crypto::kResponseSize> message{};
        const std::optional<uint32_t> index = context.indexes.draw(peer_.slot, context.random);
        if (!index) {
            break;
        }
        const crypto::KeyPair ephemeral = crypto::KeyPair::generate(context.random);
        context.sink.made_ephemeral(peer_.slot, ephemeral.private_key);
        const auto keys = responder.write_response(ephemeral, peer_.preshared_key, *index, message);
        if (!keys) {
            context.indexes.release(*index);
            return received_of(keys.error());
        }
        // The session must be there before the peer can use it.
        const api::HandshakeDatagram response = stamped(message, source, moment.now_ns);
        const auto status = install(context, *keys, source, &response, moment.now_ns);
        if (status == api::InstallStatus::installed) {
            // The peer is there: no need to repeat an initiation of ours, but the one under way may
            // still be answered.
            timer_.stop();
            return Received::answered;
        }
        if (status != api::InstallStatus::index_taken) {
            break;
        }
    }
    return Received::not_installed;
}

Received PeerTunnel::take_response(
    TunnelContext& context,
    crypto::ByteView message,
    const api::Endpoint& source,
    const Moment& moment
) {
    if (!pending_) {
        return Received::unexpected;
    }
    const auto keys = pending_->read_response(context.own, peer_.preshared_key, message);
    if (!keys) {
        return received_of(keys.error());
    }
    // Its index goes over to the session, and a repeated response finds nothing.
    pending_.reset();
    const auto status = install(context, *keys, source, nullptr, moment.now_ns);
    if (status != api::InstallStatus::installed) {
        return Received::not_installed;
    }
    timer_.stop();
    return Received::established;
}

Received PeerTunnel::take_cookie(crypto::ByteView message, uint64_t now_ns) noexcept {
    // The timer repeats the initiation, not this reply: it must not cause traffic by itself.
    return cookies_.read_reply(message, now_ns) ? Received::cookie_taken : Received::not_authentic;
}

void PeerTunnel::refused(
    TunnelContext& context,
    uint32_t receiver_index,
    api::InstallStatus status,
    const Moment& moment
) {
    const std::optional<PeerSession> session = sessions_.remove(receiver_index);
    if (!session) {
        return;
    }
    context.indexes.release(receiver_index);
    ++refusals_;
    if (!session->initiator || status == api::InstallStatus::wrong_instance) {
        return;  // the new instance is greeted by `start`
    }
    if (status == api::InstallStatus::index_taken && refusals_ <= kInstallAttempts) {
        timer_.retry_now(moment.now_ns);
    } else if (can_initiate()) {
        timer_.want(moment.now_ns);
    }
}

void PeerTunnel::forget_sessions(TunnelContext& context) {
    for (const PeerSession& session : sessions_.remove_if([](const auto&) { return true; })) {
        context.indexes.release(session.receiver_index);
    }
    refusals_ = 0;
    unanswered_since_ns_.reset();
    is_down_ = false;
}

uint64_t PeerTunnel::down_due_ns() const noexcept {
    if (is_down_ || !unanswered_since_ns_) {
        return kNever;
    }
    // Where no initiation can be sent there is no answer to wait for.
    const uint64_t patience = can_initiate() ? crypto::kRekeyTimeout : 0;
    return std::max(*unanswered_since_ns_ + patience, sessions_.end_ns());
}

api::HandshakeDatagram PeerTunnel::stamped(
    std::span<std::byte> message,
    const api::Endpoint& destination,
    uint64_t now_ns
) {
    cookies_.stamp(message, now_ns);
    api::HandshakeDatagram datagram;
    datagram.destination = destination;
    datagram.size_bytes = static_cast<uint16_t>(message.size());
    std::copy(message.begin(), message.end(), datagram.bytes.begin());
    return datagram;
}

/// Releases the index of `keys` unless the session is installed.
api::InstallStatus PeerTunnel::install(
    TunnelContext& context,
    const crypto::SessionKeys& keys,
    const api::Endpoint& source,
    const api::HandshakeDatagram* response,
    uint64_t now_ns
) {
    api::SessionInstall session;
    session.peer = peer_.slot;
    session.receiver_index = keys.local_index;
    session.remote_index = keys.remote_index;
    session.suite = keys.suite;
    session.initiator = keys.initiator;
    session.answered_in_place = keys.initiator && source == pending_destination_;
    session.created_ns = now_ns;
    session.endpoint = source;
    session.key_tag = key_tag(context.own.public_key, peer_.public_key, peer_.preshared_key);
    std::ranges::copy(keys.send_key.bytes(), session.send_key.begin());
    std::ranges::copy(keys.receive_key.bytes(), session.receive_key.begin());
    const api::InstallStatus status = context.sink.install(session, response);
    crypto::wipe(session.send_key);
    crypto::wipe(session.receive_key);
    if (status != api::InstallStatus::installed) {
        context.indexes.release(keys.local_index);
        return status;
    }
    keep_session(context, session);
    endpoint_ = source;
    unanswered_since_ns_.reset();
    is_down_ = false;
    return status;
}

void PeerTunnel::keep_session(TunnelContext& context, const api::SessionInstall& session) {
    const PeerSession kept{
        .receiver_index = session.receiver_index,
        .initiator = session.initiator,
        .confirmed = session.initiator,
        .created_ns = session.created_ns,
        .key_tag = session.key_tag,
    };
    for (const PeerSession& gone : sessions_.add(kept)) {
        context.indexes.release(gone.receiver_index);
    }
}

}  // namespace egret::control
