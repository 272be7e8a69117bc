// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/aead_choice.hpp>
#include <egret/api/counters.hpp>
#include <egret/api/events.hpp>
#include <egret/api/records.hpp>
#include <egret/api/sessions.hpp>
#include <egret/api/tables.hpp>
#include <egret/burst_output.hpp>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret {

using MacAddress = std::array<uint8_t, 6>;

/// Who is at both ends of a port's wire.
struct PortLink {
    MacAddress own{};
    /// Where this node's own and presented packets go. All zero: to whom the port's addresses and gateways say, asked for by
    /// ARP and neighbour discovery.
    MacAddress next_hop{};
};

/// Workers of one node at most.
inline constexpr uint8_t kMaxWorkers = 16;

struct NodeOptions {
    /// For packets made by the node (handshakes, ICMP errors), with at least the default headroom. The caller's.
    rte_mempool* pool = nullptr;
    uint8_t workers = 1;               ///< threads that process bursts, at most kMaxWorkers
    uint32_t flow_capacity = 131'072;  ///< living flows, of all workers; about 330 bytes each
    uint64_t hash_seed = 0;            ///< draw it: clients must not know where their flows go
    /// False makes inner packets above the tunnel MTU pass and be counted instead of being answered with "too big": for
    /// replays, whose recorded hosts cannot react.
    bool enforce_mtu = true;
    PortLink inside;
    PortLink outside;
    /// What seals and opens, by suite: any backends, for instance those of `choose_aead`. They outlive the node.
    AeadBackends aead{
        &crypto::sodium_backend(crypto::Suite::wireguard),
        &crypto::sodium_backend(crypto::Suite::aes256gcm)};
};

/// The packet path of one node, a branch or an edge, for use inside a host's own poll loop.
///
///     host:  node->publish(tables)                            once, and again at each push
///            loop:  n = rte_eth_rx_burst(...)
///                   node->process_burst(side, packets, now, out)
///                   transmit out.transmits(), free out.dropped(), out.clear()
///                   node->poll(now, out)                      the same with what it gives
///            between bursts: next_punt, next_event -> control; install, send_handshake <- control
///
/// It starts no thread, registers no signal handler and never calls rte_eal_init; the host has initialised EAL. Until the
/// first `publish` every packet is dropped (`no_configuration`): nothing is ever forwarded unclassified.
///
/// `now_ns` is any clock that never goes back, in nanoseconds; it must be the one sessions were created by.
///
/// Several workers share the work as `NodeOptions::workers` says: each polls queues of its own, calls with its own number,
/// and also `take_over` once a loop, because every flow and every session has one owner and packets go to it. A host with one
/// worker leaves numbers and `take_over` out.
///
/// Threads: `publish` and `reclaim` one thread, `next_event` and `next_punt` one thread, `has_messages` any. What takes a
/// worker's number: that worker's thread. `install`, `set_peer_state` and `flush_staged` that of the worker that owns the
/// peer (`owner_of`), `retire` that of the worker in the receiver index (api::worker_of). Every worker has to call something
/// now and then or be offline, or generations cannot be reclaimed.
class Node {
  public:
    /// Errors: no mempool, or no memory; the text says what.
    [[nodiscard]] static tl::expected<std::unique_ptr<Node>, std::string> create(
        const NodeOptions& options
    );
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Makes a generation live for the next burst. False, and nothing changes, while two older ones are still in use.
    /// Living flows, sessions and counters stay; peers that are gone lose their sessions with the next `poll`.
    [[nodiscard]] bool publish(api::Tables tables);

    /// Takes over a session. The caller wipes its copy of the keys whatever the answer.
    [[nodiscard]] api::InstallStatus install(const api::SessionInstall& install);

    /// Ends a session; its keys are wiped once no burst uses them. False if there is none with this index.
    bool retire(uint32_t receiver_index);

    /// What handshakes say about a peer; an install makes it `starting` again. Unknown slots are ignored.
    void set_peer_state(uint16_t slot, api::PeerState state);

    /// Takes `packets` (at most kBurstSize, one segment each) that came in on a port of `side`. Every mbuf ends in `out`,
    /// is freed as consumed, or waits inside for a session. `out` must have room: `clear` it before.
    void process_burst(
        api::Side side,
        std::span<rte_mbuf* const> packets,
        uint64_t now_ns,
        BurstOutput& out,
        uint8_t worker = 0
    );

    /// Does the same with at most kBurstSize packets other workers received and this one owns, and hears what they have to say.
    /// Returns 0 when nothing is left to do.
    uint16_t take_over(uint64_t now_ns, BurstOutput& out, uint8_t worker);

    /// The workers this one handed packets to since the last call, a bit each: wake those that sleep.
    [[nodiscard]] uint64_t handed_to(uint8_t worker) noexcept;

    /// True if something of other workers waits for this one. Any thread.
    [[nodiscard]] bool has_handed(uint8_t worker) const noexcept;

    /// Sends a handshake datagram control made; from the pool, through the outside port.
    void send_handshake(
        const api::HandshakeDatagram& datagram,
        uint64_t now_ns,
        BurstOutput& out,
        uint8_t worker = 0
    );

    /// Housekeeping: sends what waited for `slot`'s keys, or drops it when its handshakes go unanswered. Where nothing
    /// waited, a session this node initiated is confirmed by a keepalive. Call after `install` and `set_peer_state`.
    void flush_staged(uint16_t slot, uint64_t now_ns, BurstOutput& out);

    /// Destroys generations that no burst uses any more; the thread that publishes calls it now and then.
    void reclaim();

    /// Housekeeping: ends some of the flows that were silent for too long, and sessions that no burst uses any more; sends
    /// what peers' timers (keepalives, probes) and neighbours ask for. Cheap; call it once a loop, also where nothing comes in.
    void poll(uint64_t now_ns, BurstOutput& out, uint8_t worker = 0);

    /// Ends flows so that their last events are written, as many at once as the event queue surely takes. Returns how many
    /// are left: take the events, then call again.
    uint32_t close_flows(uint64_t now_ns, uint8_t worker = 0);

    /// Takes the oldest event or punted datagram; false if there is none.
    [[nodiscard]] bool next_event(api::Event& event);
    [[nodiscard]] bool next_punt(api::Punt& punt);

    /// True if an event or a punted datagram waits. Either thread.
    [[nodiscard]] bool has_messages() const noexcept;

    /// Says that this thread holds nothing of the node until `go_online`: call before sleeping.
    void go_offline(uint8_t worker = 0);
    void go_online(uint8_t worker = 0);

    /// A port's own address became known, or its neighbours are to be forgotten because the link was away.
    void set_link(api::Side side, const PortLink& link, uint8_t worker = 0);

    // What operators ask for; each appends what is this worker's to `records`.
    void list_sessions(std::vector<api::SessionRecord>& records, uint8_t worker = 0) const;
    void list_peers(std::vector<api::PeerRecord>& records, uint8_t worker = 0) const;
    void list_neighbours(std::vector<api::NeighbourRecord>& records, uint8_t worker = 0) const;

    /// Appends living flows, from place `from` in the table, until `max` places were looked at. Returns where to go on; 0 at
    /// the end.
    [[nodiscard]] uint32_t list_flows(
        uint32_t from,
        uint32_t max,
        std::vector<api::Event>& records,
        uint8_t worker = 0
    ) const;

    [[nodiscard]] const api::Counters& counters(uint8_t worker = 0) const;
    [[nodiscard]] uint64_t packets_staged(uint8_t worker = 0) const;
    [[nodiscard]] uint32_t flows(uint8_t worker = 0) const;

    [[nodiscard]] uint8_t workers() const noexcept;

    /// The worker that owns the peer in `slot` and its sessions.
    [[nodiscard]] uint8_t owner_of(uint16_t slot) const noexcept;

  private:
    struct Implementation;
    explicit Node(std::unique_ptr<Implementation> implementation);

    std::unique_ptr<Implementation> implementation_;
};

}  // namespace egret
