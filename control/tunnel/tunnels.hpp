// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/moment.hpp"
#include "control/tunnel/peer_tunnel.hpp"
#include "control/tunnel/received.hpp"
#include "control/tunnel/receiver_indexes.hpp"
#include "control/tunnel/tunnel_sink.hpp"

#include <egret/api/sessions.hpp>
#include <egret/crypto/cookie.hpp>
#include <egret/crypto/random.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <map>
#include <vector>

namespace egret::control {

/// The handshakes of one node with all its peers, by WireGuard's rules and timers. Bytes and times
/// in, bytes and sessions out; no sockets, no clock, and deterministic for a seeded Random.
///
/// When to renew a session is the dataplane's to say (api::EventKind::session_wanted): it knows
/// ages and counters. This class knows how: with whom, how often, and what to believe.
///
/// Threads: one owner.
class Tunnels {
  public:
    /// `random` and `sink` are borrowed for the life of the object. `worker` owns every session for
    /// receiving. Peers have different slots and public keys.
    Tunnels(
        crypto::KeyPair identity,
        std::vector<TunnelPeer> peers,
        crypto::Random& random,
        TunnelSink& sink,
        uint8_t worker = 0
    );

    Tunnels(const Tunnels&) = delete;
    Tunnels& operator=(const Tunnels&) = delete;
    Tunnels(Tunnels&&) = delete;
    Tunnels& operator=(Tunnels&&) = delete;
    ~Tunnels() = default;

    /// A dataplane has begun to run and has no sessions: initiates with every peer that has an
    /// endpoint.
    void start(const Moment& moment);

    /// A `session_wanted` event: initiates unless an initiation or a session is only just made. An
    /// unknown slot is no error.
    void want_session(uint16_t slot, const Moment& moment);

    /// A handshake datagram off the network.
    Received receive(const api::Punt& punt, const Moment& moment);

    /// The dataplane's answer to an install was a refusal: what the sink had called installed is
    /// rolled back. An initiator tries again at once, with a new index. An index that is no longer in
    /// use (its peer was removed meanwhile) is no error.
    void refused(uint32_t receiver_index, api::InstallStatus status, const Moment& moment);

    /// Runs timers. Call at `due_ns` or as often as convenient.
    void tick(const Moment& moment);

    /// When a timer will next be due, on the clock of Moment::now_ns; kNever if none runs.
    [[nodiscard]] uint64_t due_ns() const noexcept;

    /// While true, only senders that show a cookie are worked for, and the others are sent one.
    void set_under_load(bool under_load) noexcept { under_load_ = under_load; }

  private:
    Received
    receive_initiation(crypto::ByteView message, const api::Punt& punt, const Moment& moment);
    [[nodiscard]] PeerTunnel* find_by_index(uint32_t index);
    void send_cookie(crypto::ByteView message, const api::Punt& punt, uint64_t now_ns);

    crypto::KeyPair identity_;
    crypto::Random& random_;
    TunnelSink& sink_;
    crypto::Mac1Key mac1_key_;
    crypto::CookieChecker cookies_;
    ReceiverIndexes indexes_;
    TunnelContext context_;
    bool under_load_ = false;
    std::map<uint16_t, PeerTunnel> peers_;  ///< by slot; the order makes runs repeatable
    std::map<crypto::PublicKey, uint16_t> slots_;
};

}  // namespace egret::control
