// SPDX-License-Identifier: Apache-2.0
// A handshake datagram's way: type and size, mac1, the cookie while under load, then the costly part.
#include "control/tunnel/tunnels.hpp"

#include <egret/api/tables.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/messages.hpp>

#include <algorithm>
#include <array>
#include <optional>

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

Received Tunnels::receive(const api::Punt& punt, const Moment& raw) {
    const uint64_t now_ns = clock_.read(raw).now_ns;
    const auto size = std::min<size_t>(punt.size_bytes, punt.bytes.size());
    const auto message = crypto::ByteView(punt.bytes).first(size);
    const std::optional<uint8_t> type = type_of(message);
    if (!type || size != punt.size_bytes) {
        return Received::malformed;
    }
    if (*type == crypto::kMessageCookieReply) {
        return receive_cookie(message, now_ns);
    }
    OwnKey* own = own_.addressed_by(message);
    if (own == nullptr) {
        return Received::bad_mac1;
    }
    if (punt.under_load && !own->cookies.has_cookie(message, cookie_source(punt.source), now_ns)) {
        send_cookie(*own, message, punt, now_ns);
        return Received::cookie_sent;
    }
    return *type == crypto::kMessageInitiation ? receive_initiation(*own, message, punt, now_ns)
                                               : receive_response(*own, message, punt, now_ns);
}

Received Tunnels::receive_initiation(
    OwnKey& own,
    crypto::ByteView message,
    const api::Punt& punt,
    uint64_t now_ns
) {
    auto responder = crypto::Responder::read_initiation(own.pair, message);
    if (!responder) {
        return received_of(responder.error());
    }
    const auto slot = slots_.find(responder->peer());
    if (slot == slots_.end()) {
        return Received::unknown_peer;
    }
    PeerTunnel& peer = peers_.at(slot->second);
    const Received received = peer.answer(context_, own, *responder, punt.source, now_ns);
    schedule(slot->second, peer);
    return received;
}

Received Tunnels::receive_response(
    OwnKey& own,
    crypto::ByteView message,
    const api::Punt& punt,
    uint64_t now_ns
) {
    const std::optional<uint16_t> slot =
        indexes_.slot_of(receiver_of<crypto::ResponseMessage>(message));
    PeerTunnel* peer = slot ? find(*slot) : nullptr;
    if (peer == nullptr) {
        return Received::unexpected;
    }
    const Received received = peer->take_response(context_, own, message, punt.source, now_ns);
    schedule(*slot, *peer);
    return received;
}

Received Tunnels::receive_cookie(crypto::ByteView message, uint64_t now_ns) {
    const std::optional<uint16_t> slot =
        indexes_.slot_of(receiver_of<crypto::CookieReplyMessage>(message));
    PeerTunnel* peer = slot ? find(*slot) : nullptr;
    return peer != nullptr ? peer->take_cookie(message, now_ns) : Received::unexpected;
}

void Tunnels::send_cookie(
    OwnKey& own,
    crypto::ByteView message,
    const api::Punt& punt,
    uint64_t now_ns
) {
    std::array<std::byte, crypto::kCookieReplySize> reply{};
    own.cookies.write_reply(message, cookie_source(punt.source), now_ns, random_, reply);
    api::HandshakeDatagram datagram;
    datagram.destination = punt.source;
    datagram.size_bytes = crypto::kCookieReplySize;
    std::ranges::copy(reply, datagram.bytes.begin());
    sink_.send(api::kNone, datagram);
}

}  // namespace egret::control
