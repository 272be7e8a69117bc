// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/initiation_timer.hpp"
#include "control/tunnel/moment.hpp"
#include "control/tunnel/peer_sessions.hpp"
#include "control/tunnel/received.hpp"
#include "control/tunnel/receiver_indexes.hpp"
#include "control/tunnel/tunnel_sink.hpp"

#include <egret/api/sessions.hpp>
#include <egret/crypto/cookie.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/random.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace egret::control {

/// A peer as configured.
struct TunnelPeer {
    uint16_t slot = 0;
    crypto::PublicKey public_key;
    crypto::PresharedKey preshared_key;  ///< all zero: none
    crypto::Suite suite = crypto::Suite::wireguard;
    api::Endpoint endpoint;    ///< absent where the peer is the one to initiate
    bool may_initiate = true;  ///< this node may be the one
};

/// What the peers of one node share; outlives them.
struct TunnelContext {
    const crypto::KeyPair& own;
    crypto::Random& random;
    TunnelSink& sink;
    ReceiverIndexes& indexes;
};

/// Handshakes with one peer, both ways at once: an initiation of ours may wait for its response
/// while we answer one of the peer's, and each gives a session of its own.
class PeerTunnel {
  public:
    /// Initiations taken from one peer are at least this far apart (INITIATIONS_PER_SECOND is 50).
    static constexpr uint64_t kMinInitiationInterval = crypto::kSecond / 50;

    PeerTunnel(const crypto::KeyPair& own, TunnelPeer peer);

    /// The dataplane needs a session, or a newer one. `tick` then initiates.
    void want(uint64_t now_ns) noexcept;

    /// Does what is due: initiates, gives up, declares the peer down.
    void tick(TunnelContext& context, const Moment& moment);

    /// When `tick` will next have something to do.
    [[nodiscard]] uint64_t due_ns() const noexcept;

    /// The rest of an initiation whose static key is this peer's.
    Received answer(
        TunnelContext& context,
        crypto::Responder& responder,
        const api::Endpoint& source,
        const Moment& moment
    );

    /// A response that names one of this peer's indexes.
    Received take_response(
        TunnelContext& context,
        crypto::ByteView message,
        const api::Endpoint& source,
        const Moment& moment
    );

    /// A cookie reply that names one of this peer's indexes.
    Received take_cookie(crypto::ByteView message, uint64_t now_ns) noexcept;

    /// The dataplane did not take the session with this index after all. An initiator tries again
    /// at once, with a new index; a responder's peer was told nothing and will call again.
    void refused(
        TunnelContext& context,
        uint32_t receiver_index,
        api::InstallStatus status,
        const Moment& moment
    );

    /// The dataplane lost all sessions.
    void forget_sessions(TunnelContext& context);

    [[nodiscard]] bool can_initiate() const noexcept {
        return peer_.may_initiate && endpoint_.address.present() && identity_.has_value();
    }

  private:
    void initiate(TunnelContext& context, const Moment& moment);
    [[nodiscard]] Received check_initiation(crypto::Responder& responder, uint64_t now_ns);
    void drop_initiation(TunnelContext& context);
    [[nodiscard]] uint64_t down_due_ns() const noexcept;
    [[nodiscard]] crypto::Tai64n next_time(uint64_t unix_ns) noexcept;
    [[nodiscard]] api::HandshakeDatagram
    stamped(std::span<std::byte> message, const api::Endpoint& destination, uint64_t now_ns);
    [[nodiscard]] api::InstallStatus install(
        TunnelContext& context,
        const crypto::SessionKeys& keys,
        const api::Endpoint& source,
        const api::HandshakeDatagram* response,
        uint64_t now_ns
    );
    void keep_session(TunnelContext& context, const api::SessionInstall& session);

    TunnelPeer peer_;
    std::optional<crypto::PeerIdentity> identity_;  ///< absent: a key no handshake is possible with
    crypto::CookieGenerator cookies_;
    api::Endpoint endpoint_;  ///< where the peer was last authenticated, until then as configured

    // Our initiations.
    InitiationTimer timer_;
    std::optional<crypto::Initiator> pending_;  ///< waits for its response
    api::Endpoint pending_destination_;         ///< where the last one went
    uint64_t last_unix_ns_ = 0;                 ///< time in the last one; never repeated

    // The peer's initiations.
    crypto::Tai64n latest_time_;  ///< of those taken
    std::optional<uint64_t> last_taken_ns_;

    PeerSessions sessions_;
    int refusals_ = 0;                             ///< installs refused since one was taken
    std::optional<uint64_t> unanswered_since_ns_;  ///< first initiation since the last session
    bool is_down_ = false;                         ///< and the dataplane was told so
};

}  // namespace egret::control
