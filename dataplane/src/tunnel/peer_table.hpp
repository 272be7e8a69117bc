// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neighbours/next_hop.hpp"
#include "tunnel/sent_probes.hpp"
#include "tunnel/session.hpp"
#include "tunnel/shared_peer.hpp"

#include <egret/api/sessions.hpp>

#include <rte_mbuf.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace egret {

/// What lives on about one peer across generations: its sessions, where it is, and packets that wait for keys.
///
/// Each worker has one of each peer. That of the peer's owner is how things are; with the others sessions, endpoint,
/// observed addresses and state are what the owner published, and the timers only tell what this worker sent.
/// Threads: the worker whose it is.
struct PeerRuntime {
    /// Packets kept while the first handshake runs, as many as the kernel's WireGuard keeps (MAX_STAGED_PACKETS).
    static constexpr uint16_t kMaxStaged = 128;

    /// Sessions before the current one that still receive. Where both ends initiate at once, two new sessions come at once.
    static constexpr size_t kPrevious = 2;

    Session* current = nullptr;  ///< sends and receives
    /// Newest first; they still receive, so that nothing in flight is lost at a rekey.
    std::array<Session*, kPrevious> previous{};
    Session* next =
        nullptr;  ///< a responder's, receives; becomes `current` with the first authentic message

    api::Endpoint
        endpoint;      ///< where to send: newest source of an authentic message, or as configured
    NextHop next_hop;  ///< towards `next_hop_of`
    api::IpAddress next_hop_of;
    api::Endpoint configured;  ///< by the newest generation that gave one
    api::IpAddress
        observed_ipv4;  ///< addresses the peer proved to receive at within the current session
    api::IpAddress observed_ipv6;
    api::PeerState state = api::PeerState::starting;
    uint64_t wanted_ns = 0;       ///< when control was last asked for a handshake, 0 never
    api::Endpoint told_endpoint;  ///< where control believes the peer to be
    uint64_t told_ns = 0;         ///< when it was told so; 0 never

    // For the timers; 0: never, or none.
    uint64_t last_received_ns = 0;  ///< of an authentic message
    uint64_t last_sent_ns = 0;      ///< of any message
    uint64_t unanswered_ns = 0;     ///< of the first data received since anything was sent
    uint64_t waiting_ns = 0;        ///< of the first data sent since anything authentic came
    uint64_t keepalive_ns = 0;      ///< persistent keepalive as configured
    uint64_t probe_ns = 0;          ///< between probes as configured
    uint64_t reported_data_ns = 0;  ///< newest data another worker said it sent
    uint64_t last_probe_ns = 0;
    uint64_t round_trip_ns = 0;          ///< of the newest answered probe
    std::unique_ptr<SentProbes> probes;  ///< allocated when first needed, at most once a peer

    uint64_t packets_sent = 0;
    uint64_t packets_received = 0;
    uint64_t bytes_sent = 0;  ///< UDP payload
    uint64_t bytes_received = 0;

    /// Has a session it can send by.
    [[nodiscard]] bool can_send(uint64_t now_ns) const noexcept {
        return current != nullptr && !current->expired(now_ns);
    }

    /// What the node's workers share of the peer; nullptr with one worker.
    SharedPeer* shared = nullptr;
    bool owned = true;        ///< by this worker
    uint64_t way_serial = 0;  ///< of the way followed last

    uint16_t n_staged = 0;
    std::unique_ptr<std::array<rte_mbuf*, kMaxStaged>>
        staged;  ///< allocated when first needed, at most once a peer
};

/// Brings a peer that another worker owns in step with what its owner published. Its session is good until the next
/// quiescent report, so this comes before each use.
void follow_owner(PeerRuntime& peer) noexcept;

/// The owner: has the other workers know the peer as it is now. Call after a change of sessions, endpoint, observed
/// addresses or state.
void publish_way(PeerRuntime& peer) noexcept;

/// Peers by slot.
class PeerTable {
  public:
    /// The peer's lasting state; grows when a push brings new slots. References stay valid.
    [[nodiscard]] PeerRuntime& at(uint16_t slot) noexcept {
        PeerRuntime& peer = *peers_[slot];
        if (!peer.owned) {
            follow_owner(peer);
        }
        return peer;
    }

    /// The same as this worker left it: what it staged and sent.
    [[nodiscard]] PeerRuntime& own_view(uint16_t slot) noexcept { return *peers_[slot]; }

    [[nodiscard]] bool has(uint16_t slot) const noexcept { return slot < peers_.size(); }

    void grow(uint16_t n_slots) {
        while (peers_.size() < n_slots) {
            peers_.push_back(std::make_unique<PeerRuntime>());
        }
    }

    [[nodiscard]] uint16_t size() const noexcept { return static_cast<uint16_t>(peers_.size()); }

  private:
    std::vector<std::unique_ptr<PeerRuntime>> peers_;
};

}  // namespace egret
