// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/tunnels.hpp"

#include <egret/api/tables.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/messages.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace egret::control {

namespace {

crypto::CookieSource cookie_source(const api::Endpoint& endpoint) noexcept {
    crypto::CookieSource source;
    std::ranges::transform(endpoint.address.bytes, source.address.begin(), [](uint8_t byte) {
        return std::byte{byte};
    });
    source.port = endpoint.port;
    return source;
}

template <typename Message>
bool is_a(uint8_t type, crypto::ByteView datagram) noexcept {
    const auto message = crypto::read_message<Message>(datagram);
    return message && crypto::suite_of(type, message->header).has_value();
}

/// The type of a handshake message whose size and header fit it.
std::optional<uint8_t> type_of(crypto::ByteView message) noexcept {
    if (is_a<crypto::InitiationMessage>(crypto::kMessageInitiation, message)) {
        return crypto::kMessageInitiation;
    }
    if (is_a<crypto::ResponseMessage>(crypto::kMessageResponse, message)) {
        return crypto::kMessageResponse;
    }
    if (is_a<crypto::CookieReplyMessage>(crypto::kMessageCookieReply, message)) {
        return crypto::kMessageCookieReply;
    }
    return std::nullopt;
}

template <typename Message>
uint32_t receiver_of(crypto::ByteView message) noexcept {
    return crypto::load_le<uint32_t>(crypto::read_message<Message>(message)->receiver);
}

}  // namespace

Tunnels::Tunnels(
    crypto::KeyPair identity,
    std::vector<TunnelPeer> peers,
    crypto::Random& random,
    TunnelSink& sink,
    uint8_t worker
)
    : identity_(std::move(identity)),
      random_(random),
      sink_(sink),
      mac1_key_(identity_.public_key),
      cookies_(identity_.public_key),
      indexes_(worker),
      context_{identity_, random, sink, indexes_} {
    for (TunnelPeer& peer : peers) {
        const uint16_t slot = peer.slot;
        slots_.emplace(peer.public_key, slot);
        peers_.try_emplace(slot, identity_, std::move(peer));
    }
}

void Tunnels::start(const Moment& moment) {
    for (auto& [slot, peer] : peers_) {
        peer.forget_sessions(context_);
        if (peer.can_initiate()) {
            peer.want(moment.now_ns);
        }
    }
    tick(moment);
}

void Tunnels::want_session(uint16_t slot, const Moment& moment) {
    const auto found = peers_.find(slot);
    if (found != peers_.end()) {
        found->second.want(moment.now_ns);
        found->second.tick(context_, moment);
    }
}

// A datagram's way: type and size, mac1, the cookie while under load, then the costly part.
Received Tunnels::receive(const api::Punt& punt, const Moment& moment) {
    const auto size = std::min<size_t>(punt.size_bytes, punt.bytes.size());
    const auto message = crypto::ByteView(punt.bytes).first(size);
    const std::optional<uint8_t> type = type_of(message);
    if (!type || size != punt.size_bytes) {
        return Received::malformed;
    }
    if (*type == crypto::kMessageCookieReply) {
        PeerTunnel* peer = find_by_index(receiver_of<crypto::CookieReplyMessage>(message));
        return peer != nullptr ? peer->take_cookie(message, moment.now_ns) : Received::unexpected;
    }
    if (!mac1_key_.matches(message)) {
        return Received::bad_mac1;
    }
    if (under_load_ && !cookies_.has_cookie(message, cookie_source(punt.source), moment.now_ns)) {
        send_cookie(message, punt, moment.now_ns);
        return Received::cookie_sent;
    }
    if (*type == crypto::kMessageInitiation) {
        return receive_initiation(message, punt, moment);
    }
    PeerTunnel* peer = find_by_index(receiver_of<crypto::ResponseMessage>(message));
    return peer != nullptr ? peer->take_response(context_, message, punt.source, moment)
                           : Received::unexpected;
}

void Tunnels::refused(uint32_t receiver_index, api::InstallStatus status, const Moment& moment) {
    if (PeerTunnel* peer = find_by_index(receiver_index)) {
        peer->refused(context_, receiver_index, status, moment);
        peer->tick(context_, moment);
    }
}

void Tunnels::tick(const Moment& moment) {
    for (auto& [slot, peer] : peers_) {
        peer.tick(context_, moment);
    }
}

uint64_t Tunnels::due_ns() const noexcept {
    uint64_t due = kNever;
    for (const auto& [slot, peer] : peers_) {
        due = std::min(due, peer.due_ns());
    }
    return due;
}

Received
Tunnels::receive_initiation(crypto::ByteView message, const api::Punt& punt, const Moment& moment) {
    auto responder = crypto::Responder::read_initiation(identity_, message);
    if (!responder) {
        switch (responder.error()) {
            case crypto::HandshakeError::malformed:
                return Received::malformed;
            case crypto::HandshakeError::suite_unavailable:
                return Received::wrong_suite;
            default:
                return Received::not_authentic;
        }
    }
    const auto slot = slots_.find(responder->peer());
    if (slot == slots_.end()) {
        return Received::unknown_peer;
    }
    return peers_.at(slot->second).answer(context_, *responder, punt.source, moment);
}

PeerTunnel* Tunnels::find_by_index(uint32_t index) {
    const std::optional<uint16_t> slot = indexes_.slot_of(index);
    return slot ? &peers_.at(*slot) : nullptr;
}

void Tunnels::send_cookie(crypto::ByteView message, const api::Punt& punt, uint64_t now_ns) {
    std::array<std::byte, crypto::kCookieReplySize> reply{};
    cookies_.write_reply(message, cookie_source(punt.source), now_ns, random_, reply);
    api::HandshakeDatagram datagram;
    datagram.destination = punt.source;
    datagram.size_bytes = crypto::kCookieReplySize;
    std::ranges::copy(reply, datagram.bytes.begin());
    sink_.send(api::kNone, datagram);
}

}  // namespace egret::control
