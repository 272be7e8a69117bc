// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "handover/passages.hpp"
#include "names/hello_assembler.hpp"
#include "names/name_table.hpp"
#include "neighbours/neighbour_table.hpp"
#include "pace.hpp"
#include "tables/flow_table.hpp"
#include "tables/ring.hpp"
#include "tables/snapshot.hpp"
#include "tunnel/handshake_gate.hpp"
#include "tunnel/peer_table.hpp"
#include "tunnel/rounds.hpp"
#include "tunnel/session_table.hpp"

#include <egret/api/counters.hpp>
#include <egret/api/events.hpp>
#include <egret/api/sessions.hpp>
#include <egret/burst_output.hpp>
#include <egret/crypto/aead.hpp>
#include <egret/crypto/limits.hpp>
#include <egret/crypto/random.hpp>
#include <egret/node.hpp>

#include <rte_mempool.h>

#include <cstdint>

namespace egret {

/// Every peer's timers are looked at once in this time: what they are late.
inline constexpr uint64_t kPeerRound = crypto::kSecond / 10;

/// Everything one worker owns or uses. Plain members: the stages are functions over them.
struct WorkerState {
    // Owned by this worker; no other thread looks.
    uint8_t number = 0;  ///< below the node's number of workers
    FlowTable flows;
    names::HelloAssembler hellos;
    names::NameTable names;
    HandshakeGate gate;
    NeighbourTable neighbours;
    api::Counters counters;
    crypto::Random random = crypto::Random::system();  ///< for ids of probes
    uint64_t port_seed;                                ///< where the search for a free port begins
    uint64_t packets_staged = 0;
    /// Of one burst, by suite; kept, because most of a job is written anew each time.
    std::array<std::array<crypto::AeadJob, kBurstSize>, crypto::kSuites> jobs{};
    /// Peers [0, n_confirmed) got a session to send by in this burst; more than fit wait for their next packet.
    std::array<uint16_t, 2 * kBurstSize> confirmed{};
    uint16_t n_confirmed = 0;
    uint64_t under_load_until_ns = 0;     ///< handshakes queued up lately
    Rounds neighbour_rounds{kPeerRound};  ///< over the neighbours
    std::array<bool, 2> announce{};       ///< by side: own addresses are to be announced
    bool retry_staged = false;            ///< a next hop answered: staged packets may leave
    Pace echo_pace = {};                  ///< of echo replies
    Pace refusal_pace = {};               ///< of what clients of refused flows are told
    Rounds peer_rounds{kPeerRound};       ///< over the peers, for their timers

    // Written here, read by control.
    Ring<api::Event> events;
    Ring<api::Punt> punts;

    /// To and from the node's other workers; nullptr if there are none.
    Passages* passages = nullptr;
    uint64_t peer_changes_seen = 0;  ///< of the passages' count
    uint64_t handed_to = 0;          ///< bit w: worker w was given packets since it was last woken
    uint8_t next_giver = 0;          ///< whose packets are taken over next

    // Of this worker, beside it so that tests can look.
    PeerTable& peers;
    SessionTable& sessions;

    // Constant while the node lives.
    AeadBackends aead;
    rte_mempool* pool;  ///< for packets made here
    bool enforce_mtu =
        true;  ///< false only in a replay, whose recorded hosts cannot react to "too big"
    std::array<PortLink, 2> links{};  ///< inside, outside
};

/// What every stage needs: the generation of this burst, the worker, the time, and where packets go.
struct Context {
    const Snapshot& snapshot;
    WorkerState& worker;
    uint64_t now_ns;
    BurstOutput& out;

    [[nodiscard]] const api::Tables& tables() const noexcept { return snapshot.tables; }

    /// Hands a finished frame to the port of `side`.
    void transmit(rte_mbuf* packet, api::Side side) const noexcept {
        out.transmit(
            packet,
            side,
            side == api::Side::inside ? snapshot.inside_port : snapshot.outside_port
        );
    }

    [[nodiscard]] bool branch() const noexcept { return snapshot.tables.role == api::Role::branch; }
};

}  // namespace egret
