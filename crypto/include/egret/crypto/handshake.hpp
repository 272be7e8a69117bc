// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/messages.hpp>
#include <egret/crypto/noise_ik.hpp>
#include <egret/crypto/tai64n.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <tl/expected.hpp>

/// WireGuard's handshake for both suites (crypto/PROTOCOL.md): message 1 and 2 in, message 2 and
/// session keys out. Deterministic; time, indexes and ephemeral keys come from the caller. mac1 and
/// mac2 are written and checked by cookie.hpp. Threads: objects are independent, no locking.
namespace egret::crypto {

/// What a handshake with a peer needs to know of it, worked out once.
struct PeerIdentity {
    PublicKey public_key;
    SharedSecret static_shared;  ///< agreement of both static keys

    /// Nothing if `peer` is a point of low order: no handshake is possible with such a key.
    [[nodiscard]] static std::optional<PeerIdentity>
    derive(const KeyPair& own, const PublicKey& peer) noexcept;
};

/// A session's keys, good for message_limits(suite) messages and kRejectAfterTime. Move-only,
/// wiped.
struct SessionKeys {
    Suite suite = Suite::wireguard;
    bool initiator = false;
    uint32_t local_index = 0;   ///< stands in messages to us
    uint32_t remote_index = 0;  ///< stands in messages we send
    Secret<kAeadKeySize> send_key;
    Secret<kAeadKeySize> receive_key;
};

/// One handshake this node began.
class Initiator {
  public:
    struct Inputs {
        Suite suite = Suite::wireguard;
        const KeyPair& own;
        const PeerIdentity& peer;
        uint32_t local_index = 0;
        Tai64n time;  ///< must be later than in any earlier one to this peer
    };

    /// Writes message 1, its macs zero. `ephemeral` must be fresh.
    [[nodiscard]] static tl::expected<Initiator, HandshakeError> start(
        const Inputs& inputs,
        KeyPair ephemeral,
        std::span<std::byte, kInitiationSize> message
    ) noexcept;

    /// Takes message 2, whose macs the caller checked. Leaves this object unchanged, so after an
    /// error the true response can still come, or another psk be tried; after a success the caller
    /// must drop the object, or a repeated response would give the same keys again.
    [[nodiscard]] tl::expected<SessionKeys, HandshakeError>
    read_response(const KeyPair& own, const PresharedKey& psk, ByteView message) const noexcept;

    [[nodiscard]] uint32_t local_index() const noexcept { return local_index_; }

  private:
    Initiator(Suite suite, uint32_t local_index, IkInitiator noise) noexcept;

    Suite suite_;
    uint32_t local_index_;
    IkInitiator noise_;
};

/// One handshake somebody began with this node:
///
///     auto responder = Responder::read_initiation(own, message);    // who claims to send it
///     ... find responder->peer() among the configured ones, compare responder->suite() ...
///     auto time = responder->authenticate(identity.static_shared);  // it is that peer
///     ... refuse a time that is not later than the last ...
///     auto keys = responder->write_response(ephemeral, psk, local_index, response);
class Responder {
  public:
    /// Reads the initiator's static key out of message 1, whose mac1 the caller checked.
    [[nodiscard]] static tl::expected<Responder, HandshakeError>
    read_initiation(const KeyPair& own, ByteView message) noexcept;

    [[nodiscard]] const PublicKey& peer() const noexcept { return peer_; }

    [[nodiscard]] Suite suite() const noexcept { return suite_; }

    [[nodiscard]] uint32_t remote_index() const noexcept { return remote_index_; }

    /// The time in the message, once it is proved that the holder of peer()'s key wrote it. Call
    /// once.
    [[nodiscard]] tl::expected<Tai64n, HandshakeError> authenticate(
        const SharedSecret& static_shared
    ) noexcept;

    /// Writes message 2, its macs zero, after `authenticate`. `ephemeral` must be fresh; with
    /// another one the message can be written again, under an index that is not taken.
    [[nodiscard]] tl::expected<SessionKeys, HandshakeError> write_response(
        const KeyPair& ephemeral,
        const PresharedKey& psk,
        uint32_t local_index,
        std::span<std::byte, kResponseSize> message
    ) const noexcept;

  private:
    Responder(Suite suite, const InitiationMessage& message, IkResponder noise) noexcept;

    Suite suite_;
    uint32_t remote_index_;
    std::array<std::byte, kNoiseFirstSize> first_;
    IkResponder noise_;
    PublicKey peer_;
};

}  // namespace egret::crypto
