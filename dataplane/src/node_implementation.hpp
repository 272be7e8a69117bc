// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "tables/publisher.hpp"
#include "tunnel/peer_upkeep.hpp"
#include "worker_state.hpp"

#include <egret/node.hpp>

#include <rte_malloc.h>
#include <rte_rcu_qsbr.h>

#include <cstdint>
#include <memory>
#include <utility>

namespace egret {

struct QsbrDeleter {
    void operator()(rte_rcu_qsbr* readers) const noexcept { rte_free(readers); }
};

using QsbrPtr = std::unique_ptr<rte_rcu_qsbr, QsbrDeleter>;

/// What a Node consists of, for the files that make up its functions.
struct Node::Implementation {
    static constexpr uint32_t kWorkers = 1;
    static constexpr unsigned kWorker = 0;  // its id among the QSBR readers
    static constexpr uint32_t kEventRing = 4096;
    static constexpr uint32_t kPuntRing =
        4096;  // as many handshakes as the kernel's WireGuard queues

    Implementation(const NodeOptions& options, QsbrPtr qsbr)
        : readers(std::move(qsbr)),
          publisher(readers.get()),
          sessions(readers.get()),
          worker{
              .flows = FlowTable(options.flow_capacity, options.hash_seed),
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

    /// The live generation with the peers in step with it; nullptr before the first.
    const Snapshot* follow_current() {
        const Snapshot* snapshot = publisher.current();
        if (snapshot != nullptr && snapshot->serial != followed) {
            follow_generation(worker, *snapshot);
            followed = snapshot->serial;
        }
        return snapshot;
    }

    /// Counts what one call gave back.
    void count(const BurstOutput& out, size_t transmits_before, size_t dropped_before) {
        api::Counters& counters = worker.counters;
        counters.transmitted += out.transmits().size() - transmits_before;
        for (const BurstOutput::Dropped& dropped : out.dropped().subspan(dropped_before)) {
            ++counters.drops[static_cast<size_t>(dropped.reason)];
        }
    }

    /// Runs `work(context)` under the live generation; false before the first.
    template <class Work>
    bool run(uint64_t now_ns, BurstOutput& out, Work&& work) {
        const Snapshot* snapshot = follow_current();
        if (snapshot == nullptr) {
            return false;
        }
        last_ns = now_ns;
        const size_t transmits = out.transmits().size();
        const size_t dropped = out.dropped().size();
        Context context{*snapshot, worker, now_ns, out};
        work(context);
        count(out, transmits, dropped);
        rte_rcu_qsbr_quiescent(readers.get(), kWorker);
        return true;
    }

    QsbrPtr readers;
    Publisher publisher;
    SessionTable sessions;
    PeerTable peers;
    WorkerState worker;
    Burst burst;               ///< of this call; kept, because parse overwrites the notes anyway
    uint64_t n_published = 0;  ///< owned by the thread that publishes
    uint64_t last_ns = 0;      ///< `now_ns` of the last call that told it
    uint64_t followed = 0;     ///< serial of the generation the peers are in step with
};

}  // namespace egret
