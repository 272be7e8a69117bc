// SPDX-License-Identifier: Apache-2.0
// The handshakes this node begins with a peer: initiation, cookie reply, response.
#include "control/tunnel/key_tag.hpp"
#include "control/tunnel/peer_tunnel.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace egret::control {

namespace {

/// Installs the dataplane may refuse in a row before a handshake waits for its timer.
constexpr int kMostRefused = 4;

}  // namespace

api::HandshakeDatagram stamped(
    crypto::CookieGenerator& cookies,
    std::span<std::byte> message,
    const api::Endpoint& destination,
    uint64_t now_ns
) {
    cookies.stamp(message, now_ns);
    api::HandshakeDatagram datagram;
    datagram.destination = destination;
    datagram.size_bytes = static_cast<uint16_t>(message.size());
    std::copy(message.begin(), message.end(), datagram.bytes.begin());
    return datagram;
}

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

void PeerTunnel::initiate(TunnelContext& context, const Moment& moment) {
    drop_initiation(context);
    if (!unanswered_since_ns_) {
        unanswered_since_ns_ = moment.now_ns;
    }
    const std::optional<Call> keys = next_call(context);
    if (!keys) {
        has_no_usable_key_ = true;
        timer_.stop();
        return;
    }
    const std::optional<uint32_t> index = context.indexes.draw(peer_.slot, context.random);
    if (index) {
        call(context, *keys, *index, moment);
    }
    timer_.sent(
        moment.now_ns,
        context.random.below(static_cast<uint32_t>(crypto::kRekeyTimeoutJitterMax) + 1)
    );
}

/// Begins with the keys that were confirmed last, or else the newest. Own keys alternate from try to
/// try; the peer's change when each own key had its turn.
std::optional<PeerTunnel::Call> PeerTunnel::next_call(TunnelContext& context) {
    const size_t n_own = context.own.size();
    for (size_t i = 0; i < n_own * keys_.size(); ++i) {
        OwnKey& own = context.own[(first_choice_.own + n_tries_) % n_own];
        PeerKey& peer = keys_[(first_choice_.peer + n_tries_ / n_own) % keys_.size()];
        ++n_tries_;
        if (const crypto::PeerIdentity* identity = peer.identity_for(own)) {
            return Call{own, peer, *identity};
        }
    }
    return std::nullopt;
}

/// Sends an initiation and waits for its response, or releases `index`.
void PeerTunnel::call(
    TunnelContext& context,
    const Call& keys,
    uint32_t index,
    const Moment& moment
) {
    std::array<std::byte, crypto::kInitiationSize> message{};
    crypto::KeyPair ephemeral = crypto::KeyPair::generate(context.random);
    context.sink.made_ephemeral(peer_.slot, ephemeral.private_key);
    auto started = crypto::Initiator::start(
        {peer_.suite, keys.own.pair, keys.identity, index, next_time(moment.unix_ns)},
        std::move(ephemeral),
        message
    );
    if (!started) {
        context.indexes.release(index);
        return;
    }
    pending_.emplace(Pending{
        .handshake = std::move(*started),
        .own = keys.own.pair.public_key,
        .peer = keys.peer.public_key(),
        .destination = endpoint_,
        .sent_ns = moment.now_ns,
    });
    context.sink.send(peer_.slot, stamped(keys.peer.cookies, message, endpoint_, moment.now_ns));
}

void PeerTunnel::drop_initiation(TunnelContext& context) {
    if (pending_) {
        context.indexes.release(pending_->handshake.local_index());
        pending_.reset();
    }
}

/// While keys rotate, an answer to an initiation under older keys would make a session that ends with
/// them the newest, just after the peer has shown that it has the newer ones.
void PeerTunnel::drop_overtaken_initiation(TunnelContext& context) {
    if (pending_ && uses_newest_keys(context) &&
        (pending_->own != context.own[0].pair.public_key || pending_->peer != keys_[0].public_key()
        )) {
        drop_initiation(context);
    }
}

/// The dataplane did not take an initiator's session.
void PeerTunnel::retry_after(api::InstallStatus status, uint64_t now_ns) noexcept {
    ++n_refused_;
    if (status == api::InstallStatus::wrong_instance) {
        return;  // `start` greets the new one
    }
    if (status == api::InstallStatus::index_taken && n_refused_ <= kMostRefused) {
        timer_.retry(now_ns);
    } else {
        timer_.want(now_ns);
    }
}

/// A wall clock that stands still or goes back must not make the peer refuse our initiations.
crypto::Tai64n PeerTunnel::next_time(uint64_t unix_ns) noexcept {
    last_unix_ns_ = std::max(unix_ns, last_unix_ns_ + crypto::Tai64n::kStep);
    return crypto::Tai64n::from_unix_ns(last_unix_ns_);
}

/// Tries one preshared key after the other; `preshared` is the one that fits.
tl::expected<crypto::SessionKeys, crypto::HandshakeError>
PeerTunnel::read_response(const OwnKey& own, crypto::ByteView message, size_t& preshared) const {
    preshared = 0;
    auto keys = pending_->handshake.read_response(own.pair, keys_.preshared(0), message);
    while (!keys && ++preshared < keys_.preshared_count()) {
        keys = pending_->handshake.read_response(own.pair, keys_.preshared(preshared), message);
    }
    return keys;
}

Received PeerTunnel::take_response(
    TunnelContext& context,
    const OwnKey& own,
    crypto::ByteView message,
    const api::Endpoint& source,
    uint64_t now_ns
) {
    if (!pending_ || pending_->own != own.pair.public_key) {
        return Received::unexpected;
    }
    size_t preshared = 0;
    const auto keys = read_response(own, message, preshared);
    if (!keys) {
        return received_of(keys.error());
    }
    const Outcome outcome{
        .keys = *keys,
        .key_tag = key_tag(pending_->own, pending_->peer, keys_.preshared(preshared)),
        .source = source,
        .answered_in_place = source == pending_->destination,
        .response = nullptr,
    };
    // Its index goes over to the session, and a repeated response finds nothing.
    pending_.reset();
    timer_.stop();
    const api::InstallStatus status = install(context, outcome, now_ns);
    if (status != api::InstallStatus::installed) {
        retry_after(status, now_ns);
        return Received::not_installed;
    }
    endpoint_ = source;
    n_tries_ = 0;
    if (const auto choice = keys_.choice_of(context.own, outcome.key_tag)) {
        first_choice_ = *choice;
        // That the peer has the newer key shows; that it has only the older one does not.
        respond_with_ = choice->preshared == 0 ? 0 : respond_with_;
    }
    return Received::established;
}

Received PeerTunnel::take_cookie(crypto::ByteView message, uint64_t now_ns) noexcept {
    // The timer repeats the initiation, not this reply: it must not cause traffic by itself.
    for (size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i].cookies.read_reply(message, now_ns)) {
            return Received::cookie_taken;
        }
    }
    return Received::not_authentic;
}

}  // namespace egret::control
