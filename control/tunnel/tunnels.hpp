// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/due_queue.hpp"
#include "control/tunnel/moment.hpp"
#include "control/tunnel/own_keys.hpp"
#include "control/tunnel/peer_tunnel.hpp"
#include "control/tunnel/received.hpp"
#include "control/tunnel/receiver_indexes.hpp"
#include "control/tunnel/steady_clock.hpp"
#include "control/tunnel/tunnel_peer.hpp"
#include "control/tunnel/tunnel_sink.hpp"

#include <egret/api/events.hpp>
#include <egret/api/records.hpp>
#include <egret/api/sessions.hpp>
#include <egret/crypto/random.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace egret::control {

/// The handshakes of one node with all its peers, by WireGuard's rules and timers. Bytes and times
/// in, bytes and sessions out; no sockets, no clock, and deterministic for a seeded Random.
///
/// When to renew a session is the dataplane's to say (api::EventKind::session_wanted): it knows
/// ages and counters. This class knows how: with whom, how often, under which keys, and what to
/// believe.
///
///     a dataplane began to run:       publish tables, then start()
///     control began to run anew:      ask for sessions and peers, then resume()
///     a push:                         publish tables, then reconfigure()
///     in between:                     receive() punts, on_event(), refused() installs, tick() at due_ns()
///
/// Initiations carry the wall clock's time, and peers take only later ones. Within a process it
/// never goes back, whatever the clock does; across a restart the clock is all there is: set back by
/// an hour meanwhile, peers refuse this node's initiations for an hour (and can still call it).
///
/// Threads: one owner. Cost: a call looks at one peer, apart from the constructor, `start`, `resume`
/// and `reconfigure`.
class Tunnels {
  public:
    /// Handshakes begun by one `tick` at most, so that many that are due at once do not keep the
    /// caller from its other work for long; `due_ns` then says that there is more to do now.
    static constexpr int kMostPerTick = 64;

    /// `random` and `sink` are borrowed for the life of the object. Peers have different slots and
    /// public keys.
    Tunnels(OwnKeys own, std::vector<TunnelPeer> peers, crypto::Random& random, TunnelSink& sink);

    Tunnels(const Tunnels&) = delete;
    Tunnels& operator=(const Tunnels&) = delete;
    Tunnels(Tunnels&&) = delete;
    Tunnels& operator=(Tunnels&&) = delete;
    ~Tunnels() = default;

    /// The dataplane has so many workers, at least one; sessions that are made from now on belong to them by peer. Call before
    /// `start` and `resume`; without a call it is one.
    void set_workers(uint8_t n_workers) noexcept { indexes_.set_workers(n_workers); }

    /// A dataplane has begun to run and has no sessions: forgets those there were, and initiates
    /// with every peer that had one, is configured with an endpoint, or is to be kept alive. They are
    /// spread over a millisecond each, a second at most.
    void start(const Moment& moment);

    /// This process, or its connection, has begun anew, and its dataplane went on: takes over the
    /// sessions, which an earlier process may have made, and what is known of the peers. No handshake
    /// is begun but for packets that wait for one. Ends sessions of unknown peers and of keys that
    /// may not be used. `sessions` are all there are: an install whose answer was lost with the
    /// connection is in there or did not happen, so none may be on its way.
    void resume(
        std::span<const api::SessionRecord> sessions,
        std::span<const api::PeerRecord> peers,
        const Moment& moment
    );

    /// A push took effect. Peers that stay, by slot and a key, keep their sessions, endpoints and
    /// timers; those that are gone lose everything. Sessions and initiations under keys that are no longer
    /// configured end. A peer whose newest session should now come from other keys, or that has
    /// another endpoint, is called; so are new peers, as by `start`.
    void reconfigure(OwnKeys own, std::vector<TunnelPeer> peers, const Moment& moment);

    /// Takes an event the dataplane told; false if it is none of tunnels.
    bool on_event(const api::Event& event, const Moment& moment);

    /// A session is wanted: initiates unless an initiation or a session is only just made. An unknown
    /// slot is no error, here and below: the peer may have been removed meanwhile.
    void want_session(uint16_t slot, const Moment& moment);

    /// The peer used a session this node responded with: its keys work at both ends.
    void confirmed(uint16_t slot, uint32_t receiver_index);

    /// The peer was authenticated there: the next initiation goes there.
    void moved(uint16_t slot, const api::Endpoint& endpoint);

    /// A handshake datagram off the network. While the dataplane is under load, only senders that
    /// show a cookie are worked for, and the others are sent one.
    Received receive(const api::Punt& punt, const Moment& moment);

    /// The dataplane's answer to an install was a refusal: what the sink had called installed is
    /// rolled back. An initiator tries again at once, with a new index.
    void refused(uint32_t receiver_index, api::InstallStatus status, const Moment& moment);

    /// Runs timers. Call at `due_ns` or as often as convenient.
    void tick(const Moment& moment);

    /// When a timer will next be due, on the clock of Moment::now_ns; kNever if none runs.
    [[nodiscard]] uint64_t due_ns() const noexcept { return clock_.raw(due_.next_ns()); }

  private:
    Received receive_initiation(
        OwnKey& own,
        crypto::ByteView message,
        const api::Punt& punt,
        uint64_t now_ns
    );
    Received
    receive_response(OwnKey& own, crypto::ByteView message, const api::Punt& punt, uint64_t now_ns);
    Received receive_cookie(crypto::ByteView message, uint64_t now_ns);
    void send_cookie(OwnKey& own, crypto::ByteView message, const api::Punt& punt, uint64_t now_ns);
    [[nodiscard]] PeerTunnel* find(uint16_t slot);
    PeerTunnel& add(TunnelPeer peer);
    void learn_keys(const TunnelPeer& peer);
    void tick_peer(uint16_t slot, PeerTunnel& peer, const Moment& moment);
    void schedule(uint16_t slot, const PeerTunnel& peer);
    [[nodiscard]] uint64_t draw_delay(size_t n_peers);

    OwnKeys own_;
    crypto::Random& random_;
    TunnelSink& sink_;
    ReceiverIndexes indexes_;
    SteadyClock clock_;
    TunnelContext context_;
    DueQueue due_;
    std::map<uint16_t, PeerTunnel> peers_;  ///< by slot; the order makes runs repeatable
    std::map<crypto::PublicKey, uint16_t> slots_;
};

}  // namespace egret::control
