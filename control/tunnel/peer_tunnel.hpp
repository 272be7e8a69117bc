// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/initiation_timer.hpp"
#include "control/tunnel/moment.hpp"
#include "control/tunnel/own_keys.hpp"
#include "control/tunnel/peer_keys.hpp"
#include "control/tunnel/peer_sessions.hpp"
#include "control/tunnel/received.hpp"
#include "control/tunnel/receiver_indexes.hpp"
#include "control/tunnel/steady_clock.hpp"
#include "control/tunnel/tunnel_peer.hpp"
#include "control/tunnel/tunnel_sink.hpp"

#include <egret/api/records.hpp>
#include <egret/api/sessions.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/random.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <unordered_set>

namespace egret::control {

/// What the peers of one node share; outlives them. Times the peers see are steady ones.
struct TunnelContext {
    OwnKeys& own;
    crypto::Random& random;
    TunnelSink& sink;
    ReceiverIndexes& indexes;
    const SteadyClock& clock;
};

/// Handshakes with one peer, both ways at once: an initiation of ours may wait for its response
/// while we answer one of the peer's, and each gives a session of its own.
///
/// Its functions stand in three files: the peer's life and timers in peer_tunnel.cpp, what this node
/// begins in peer_initiates.cpp, what the peer begins in peer_responds.cpp.
class PeerTunnel {
  public:
    /// Initiations taken from one peer are at least this far apart (INITIATIONS_PER_SECOND is 50).
    static constexpr uint64_t kMinInitiationInterval = crypto::kSecond / 50;

    explicit PeerTunnel(TunnelPeer peer);

    // What happens around it.

    /// The dataplane needs a session, or a newer one. `tick` then initiates.
    void want(uint64_t now_ns) noexcept;

    /// A dataplane began to run and has no sessions. Initiates after `delay_ns` if there is reason
    /// to: the peer had a session, or is to be called by configuration.
    void start(TunnelContext& context, uint64_t now_ns, uint64_t delay_ns);

    /// True if `start` would initiate.
    [[nodiscard]] bool is_to_be_called(uint64_t now_ns) const noexcept;

    /// Forgets the sessions the dataplane does not have.
    void forget_all_but(TunnelContext& context, const std::unordered_set<uint32_t>& living);

    /// Takes over a session an earlier process made. False if its keys may not be used.
    [[nodiscard]] bool adopt(TunnelContext& context, const api::SessionRecord& record);

    /// Takes over what the dataplane knows of the peer.
    void adopt(const api::PeerRecord& record, uint64_t now_ns) noexcept;

    /// The configuration changed, perhaps in nothing that concerns this peer; `own_changed` says
    /// whether the node's own keys did. Sessions under keys that are no longer good end. Where the
    /// newest session should now be another, initiates after `delay_ns`.
    void reconfigure(
        TunnelContext& context,
        TunnelPeer peer,
        bool own_changed,
        uint64_t now_ns,
        uint64_t delay_ns
    );

    /// True if this is the peer that is configured, whatever has changed about it.
    [[nodiscard]] bool is(const TunnelPeer& peer) noexcept { return keys_.belong_to(peer); }

    /// The configuration knows this peer no more: ends everything.
    void remove(TunnelContext& context);

    /// The dataplane did not take the session with this index after all. An initiator tries again
    /// at once, with a new index; a responder's peer was told nothing and will call again.
    void refused(
        TunnelContext& context,
        uint32_t receiver_index,
        api::InstallStatus status,
        uint64_t now_ns
    );

    /// The peer used a session this node had responded with: it has the keys, and is where it
    /// called from.
    void confirmed(TunnelContext& context, uint32_t receiver_index);

    /// An authentic message came from there.
    void moved(const api::Endpoint& endpoint) noexcept { endpoint_ = endpoint; }

    /// Does what is due: initiates, gives up, declares the peer down.
    void tick(TunnelContext& context, const Moment& moment);

    /// When `tick` will next have something to do.
    [[nodiscard]] uint64_t due_ns(const TunnelContext& context) const noexcept;

    // What this node begins.

    /// A response that names one of this peer's indexes; `own` is the key it is addressed to.
    Received take_response(
        TunnelContext& context,
        const OwnKey& own,
        crypto::ByteView message,
        const api::Endpoint& source,
        uint64_t now_ns
    );

    /// A cookie reply that names one of this peer's indexes.
    Received take_cookie(crypto::ByteView message, uint64_t now_ns) noexcept;

    // What the peer begins.

    /// The rest of an initiation whose static key is this peer's; `own` is the key it is addressed
    /// to.
    Received answer(
        TunnelContext& context,
        const OwnKey& own,
        crypto::Responder& responder,
        const api::Endpoint& source,
        uint64_t now_ns
    );

  private:
    /// An initiation that waits for its response.
    struct Pending {
        crypto::Initiator handshake;
        crypto::PublicKey own;
        crypto::PublicKey peer;
        api::Endpoint destination;
        uint64_t sent_ns;
    };

    /// The keys of an initiation.
    struct Call {
        OwnKey& own;
        PeerKey& peer;
        const crypto::PeerIdentity& identity;
    };

    /// What a response is made of.
    struct Answer {
        const OwnKey& own;
        PeerKey& peer;
        const crypto::PresharedKey& preshared;
        crypto::Responder& responder;
        const api::Endpoint& source;
    };

    /// What a handshake gave, on its way to the dataplane.
    struct Outcome {
        const crypto::SessionKeys& keys;
        uint64_t key_tag;
        const api::Endpoint& source;
        bool answered_in_place;
        const api::HandshakeDatagram* response;
    };

    [[nodiscard]] bool can_initiate() const noexcept {
        return endpoint_.address.present() && !has_no_usable_key_;
    }

    [[nodiscard]] uint64_t down_due_ns(const TunnelContext& context) const noexcept;
    void forget_choices() noexcept;
    [[nodiscard]] bool uses_newest_keys(const TunnelContext& context) const;
    template <class Predicate>
    void end_sessions(TunnelContext& context, Predicate matches);
    [[nodiscard]] static api::SessionInstall to_install(const Outcome& outcome);
    [[nodiscard]] api::InstallStatus
    install(TunnelContext& context, const Outcome& outcome, uint64_t now_ns);
    void keep_session(TunnelContext& context, const PeerSession& session);

    void initiate(TunnelContext& context, const Moment& moment);
    [[nodiscard]] std::optional<Call> next_call(TunnelContext& context);
    void call(TunnelContext& context, const Call& keys, uint32_t index, const Moment& moment);
    void drop_initiation(TunnelContext& context);
    void drop_overtaken_initiation(TunnelContext& context);
    void retry_after(api::InstallStatus status, uint64_t now_ns) noexcept;
    [[nodiscard]] crypto::Tai64n next_time(uint64_t unix_ns) noexcept;
    [[nodiscard]] tl::expected<crypto::SessionKeys, crypto::HandshakeError>
    read_response(const OwnKey& own, crypto::ByteView message, size_t& preshared) const;

    [[nodiscard]] Received check_initiation(
        const OwnKey& own,
        PeerKey& peer,
        crypto::Responder& responder,
        uint64_t now_ns
    );
    [[nodiscard]] size_t choose_preshared(uint64_t now_ns) noexcept;
    [[nodiscard]] tl::expected<api::InstallStatus, Received>
    respond(TunnelContext& context, const Answer& answer, uint64_t now_ns);

    TunnelPeer peer_;
    PeerKeys keys_;
    bool has_no_usable_key_ = false;  ///< as far as known: none a handshake is possible with
    api::Endpoint endpoint_;  ///< where the peer was last authenticated, until then as configured

    // Our initiations.
    InitiationTimer timer_;
    std::optional<Pending> pending_;
    uint64_t last_unix_ns_ = 0;  ///< time in the last one; never repeated
    KeyChoice first_choice_;     ///< what the first try is made with: whatever was confirmed last
    size_t n_tries_ = 0;         ///< since a session was established

    // The peer's initiations.
    std::optional<uint64_t> last_taken_ns_;
    size_t respond_with_ = 0;  ///< which preshared key
    /// When a response was first sent under it that nobody has used yet.
    std::optional<uint64_t> unconfirmed_since_ns_;

    // What the dataplane has.
    PeerSessions sessions_;
    int n_refused_ = 0;                            ///< installs, since one was taken
    std::optional<uint64_t> unanswered_since_ns_;  ///< first initiation since the last session
    bool is_down_ = false;                         ///< and the dataplane was told so
};

/// Datagram of a handshake message, its macs written.
[[nodiscard]] api::HandshakeDatagram stamped(
    crypto::CookieGenerator& cookies,
    std::span<std::byte> message,
    const api::Endpoint& destination,
    uint64_t now_ns
);

/// What a failed handshake means to whoever sent the message.
[[nodiscard]] Received received_of(crypto::HandshakeError error) noexcept;

}  // namespace egret::control
