// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_upkeep.hpp"

#include "tunnel/peer_sessions.hpp"

namespace egret {

void follow_generation(WorkerState& worker, const Snapshot& snapshot) {
    PeerTable& peers = worker.peers;
    peers.grow(snapshot.n_slots);
    for (uint16_t slot = 0; slot < peers.size(); ++slot) {
        const api::Peer* peer = snapshot.peer(slot);
        PeerRuntime& runtime = peers.at(slot);
        if (peer == nullptr) {
            drop_sessions(worker.sessions, runtime);
            drop_staged(worker, runtime);
        } else if (runtime.current == nullptr && peer->endpoint.port != 0) {
            runtime.endpoint = peer->endpoint;
        }
    }
}

void drop_staged(WorkerState& worker, PeerRuntime& peer) {
    worker.packets_staged -= peer.n_staged;
    worker.counters.drops[static_cast<size_t>(api::DropReason::no_session)] += peer.n_staged;
    for (; peer.n_staged > 0; --peer.n_staged) {
        rte_pktmbuf_free((*peer.staged)[peer.n_staged - 1U]);
    }
}

void retire_some_sessions(WorkerState& worker, uint64_t now_ns) {
    if (worker.peers.size() > 0) {
        worker.next_peer = static_cast<uint16_t>((worker.next_peer + 1) % worker.peers.size());
        retire_old_sessions(worker.sessions, worker.peers.at(worker.next_peer), now_ns);
    }
}

}  // namespace egret
