// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "handover/passages.hpp"
#include "tables/publisher.hpp"
#include "tunnel/peer_upkeep.hpp"
#include "tunnel/shared_peer.hpp"
#include "worker_state.hpp"

#include <egret/node.hpp>

#include <rte_malloc.h>
#include <rte_rcu_qsbr.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace egret {

struct QsbrDeleter {
    void operator()(rte_rcu_qsbr* readers) const noexcept { rte_free(readers); }
};

using QsbrPtr = std::unique_ptr<rte_rcu_qsbr, QsbrDeleter>;

/// One worker's part of a node: nothing in it is touched by another worker.
struct NodeWorker {
    static constexpr uint32_t kEventRing = 4096;
    /// As many handshakes as the kernel's WireGuard queues.
    static constexpr uint32_t kPuntRing = 4096;

    NodeWorker(const NodeOptions& options, rte_rcu_qsbr* readers, uint8_t number)
        : sessions(readers),
          state{
              .number = number,
              .flows = FlowTable(options.flow_capacity / options.workers, options.hash_seed),
              .hellos = names::HelloAssembler(),
              .names = names::NameTable({}, options.hash_seed),
              .gate = HandshakeGate(options.hash_seed),
              .neighbours = NeighbourTable(options.hash_seed),
              .counters = {},
              .port_seed = options.hash_seed,
              .events = Ring<api::Event>(kEventRing),
              .punts = Ring<api::Punt>(kPuntRing),
              .peers = peers,
              .sessions = sessions,
              .aead = options.aead,
              .pool = options.pool,
              .enforce_mtu = options.enforce_mtu,
              .links = {options.inside, options.outside},
          } {}

    /// Counts what one call gave back.
    void count(const BurstOutput& out, size_t transmits_before, size_t dropped_before) {
        api::Counters& counters = state.counters;
        counters.transmitted += out.transmits().size() - transmits_before;
        for (const BurstOutput::Dropped& dropped : out.dropped().subspan(dropped_before)) {
            ++counters.drops[static_cast<size_t>(dropped.reason)];
        }
    }

    SessionTable sessions;
    PeerTable peers;
    WorkerState state;
    Burst burst;            ///< of this call; kept, because parse overwrites the notes anyway
    uint64_t last_ns = 0;   ///< `now_ns` of the last call that told it
    uint64_t followed = 0;  ///< serial of the generation the peers are in step with
};

/// What a Node consists of, for the files that make up its functions.
struct Node::Implementation {
    Implementation(const NodeOptions& options, QsbrPtr qsbr)
        : readers(std::move(qsbr)),
          publisher(readers.get()) {
        if (options.workers > 1) {
            passages = std::make_unique<Passages>(options.workers);
        }
        for (uint8_t number = 0; number < options.workers; ++number) {
            workers.push_back(std::make_unique<NodeWorker>(options, readers.get(), number));
            workers.back()->state.passages = passages.get();
        }
        connect_names();
    }

    /// The live generation with the worker's peers in step with it; nullptr before the first.
    const Snapshot* follow_current(NodeWorker& worker) {
        const Snapshot* snapshot = publisher.current();
        if (snapshot != nullptr && snapshot->serial != worker.followed) {
            follow_generation(worker.state, *snapshot);
            worker.followed = snapshot->serial;
        }
        return snapshot;
    }

    /// Runs `work(context)` under the live generation; false before the first.
    template <class Work>
    bool run(NodeWorker& worker, uint64_t now_ns, BurstOutput& out, Work&& work) {
        const Snapshot* snapshot = follow_current(worker);
        if (snapshot == nullptr) {
            return false;
        }
        worker.last_ns = now_ns;
        const size_t transmits = out.transmits().size();
        const size_t dropped = out.dropped().size();
        Context context{*snapshot, worker.state, now_ns, out};
        work(context);
        worker.count(out, transmits, dropped);
        rte_rcu_qsbr_quiescent(readers.get(), worker.state.number);
        return true;
    }

    [[nodiscard]] NodeWorker& owner_of(uint16_t slot) const {
        return *workers[api::worker_of_slot(slot, static_cast<uint8_t>(workers.size()))];
    }

    void connect_names();
    void share_peers(Snapshot& next);

    QsbrPtr readers;
    Publisher publisher;
    std::unique_ptr<Passages> passages;  ///< none with one worker
    std::vector<std::unique_ptr<SharedPeer>>
        shared;  ///< by slot; grown by the thread that publishes
    std::vector<std::unique_ptr<NodeWorker>>
        workers;               ///< its number is also its id among the QSBR readers
    uint64_t n_published = 0;  ///< owned by the thread that publishes
};

}  // namespace egret
