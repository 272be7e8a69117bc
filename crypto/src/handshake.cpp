// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/handshake.hpp>

#include <utility>

namespace egret::crypto {

namespace {

static_assert(kNoiseFirstSize == kIkFirstOverhead + sizeof(Tai64n));
static_assert(kNoiseSecondSize == kIkSecondOverhead);

/// The prologue. WireGuard calls it the identifier (its paper, section 5.4).
constexpr std::string_view identifier(Suite suite) noexcept {
    return suite == Suite::aes256gcm ? "Egret v1 aes256gcm" : "WireGuard v1 zx2c4 Jason@zx2c4.com";
}

IkParameters parameters_of(Suite suite) noexcept {
    return {suite, IkPattern::ikpsk2, bytes_of(identifier(suite))};
}

SessionKeys session_keys(Suite suite, IkResult result) noexcept {
    SessionKeys keys;
    keys.suite = suite;
    keys.send_key = std::move(result.send_key);
    keys.receive_key = std::move(result.receive_key);
    return keys;
}

}  // namespace

std::optional<PeerIdentity>
PeerIdentity::derive(const KeyPair& own, const PublicKey& peer) noexcept {
    std::optional<SharedSecret> shared = own.private_key.agree(peer);
    if (!shared) {
        return std::nullopt;
    }
    return PeerIdentity{peer, std::move(*shared)};
}

Initiator::Initiator(Suite suite, uint32_t local_index, IkInitiator noise) noexcept
    : suite_(suite),
      local_index_(local_index),
      noise_(std::move(noise)) {}

tl::expected<Initiator, HandshakeError> Initiator::start(
    const Inputs& inputs,
    KeyPair ephemeral,
    std::span<std::byte, kInitiationSize> message
) noexcept {
    if (!sodium_backend(inputs.suite).available()) {
        return tl::unexpected(HandshakeError::suite_unavailable);
    }
    InitiationMessage initiation{};
    initiation.header = message_header(kMessageInitiation, inputs.suite);
    store_le<uint32_t>(initiation.sender, inputs.local_index);
    IkInitiator noise(parameters_of(inputs.suite), inputs.peer.public_key, std::move(ephemeral));
    if (!noise.write_first(
            inputs.own,
            inputs.peer.static_shared,
            inputs.time.bytes,
            initiation.noise
        )) {
        return tl::unexpected(HandshakeError::low_order_point);
    }
    write_message(initiation, message);
    return Initiator(inputs.suite, inputs.local_index, std::move(noise));
}

tl::expected<SessionKeys, HandshakeError> Initiator::read_response(
    const KeyPair& own,
    const PresharedKey& psk,
    ByteView message
) const noexcept {
    const auto response = read_message<ResponseMessage>(message);
    if (!response || suite_of(kMessageResponse, response->header) != suite_) {
        return tl::unexpected(HandshakeError::malformed);
    }
    if (load_le<uint32_t>(response->receiver) != local_index_) {
        return tl::unexpected(HandshakeError::wrong_receiver);
    }
    auto result = noise_.read_second(own, psk, response->noise, {});
    if (!result) {
        return tl::unexpected(result.error());
    }
    SessionKeys keys = session_keys(suite_, std::move(*result));
    keys.initiator = true;
    keys.local_index = local_index_;
    keys.remote_index = load_le<uint32_t>(response->sender);
    return keys;
}

Responder::Responder(Suite suite, const InitiationMessage& message, IkResponder noise) noexcept
    : suite_(suite),
      remote_index_(load_le<uint32_t>(message.sender)),
      first_(message.noise),
      noise_(std::move(noise)) {}

tl::expected<Responder, HandshakeError>
Responder::read_initiation(const KeyPair& own, ByteView message) noexcept {
    const auto initiation = read_message<InitiationMessage>(message);
    if (!initiation) {
        return tl::unexpected(HandshakeError::malformed);
    }
    const std::optional<Suite> suite = suite_of(kMessageInitiation, initiation->header);
    if (!suite) {
        return tl::unexpected(HandshakeError::malformed);
    }
    if (!sodium_backend(*suite).available()) {
        return tl::unexpected(HandshakeError::suite_unavailable);
    }
    Responder responder(*suite, *initiation, IkResponder(parameters_of(*suite), own.public_key));
    const auto peer = responder.noise_.read_static(own, responder.first_);
    if (!peer) {
        return tl::unexpected(peer.error());
    }
    responder.peer_ = *peer;
    return responder;
}

tl::expected<Tai64n, HandshakeError> Responder::authenticate(const SharedSecret& static_shared
) noexcept {
    Tai64n time;
    if (!noise_.read_payload(static_shared, first_, time.bytes)) {
        return tl::unexpected(HandshakeError::not_authentic);
    }
    return time;
}

tl::expected<SessionKeys, HandshakeError> Responder::write_response(
    const KeyPair& ephemeral,
    const PresharedKey& psk,
    uint32_t local_index,
    std::span<std::byte, kResponseSize> message
) const noexcept {
    ResponseMessage response{};
    response.header = message_header(kMessageResponse, suite_);
    store_le<uint32_t>(response.sender, local_index);
    store_le<uint32_t>(response.receiver, remote_index_);
    auto result = noise_.write_second(ephemeral, psk, {}, response.noise);
    if (!result) {
        return tl::unexpected(result.error());
    }
    write_message(response, message);
    SessionKeys keys = session_keys(suite_, std::move(*result));
    keys.local_index = local_index;
    keys.remote_index = remote_index_;
    return keys;
}

}  // namespace egret::crypto
