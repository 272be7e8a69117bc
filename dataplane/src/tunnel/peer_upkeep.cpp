// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_upkeep.hpp"

#include "tunnel/peer_sessions.hpp"

namespace egret {
namespace {

/// Nobody has the slot any more, and nobody will have it again.
void forget_peer(WorkerState& worker, PeerRuntime& runtime) {
    if (runtime.owned) {
        drop_sessions(worker.sessions, runtime);
    }
    drop_staged(worker, runtime);
    SharedPeer* shared = runtime.shared;
    const bool owned = runtime.owned;
    runtime = {};
    runtime.shared = shared;
    runtime.owned = owned;
}

/// An endpoint that a push changed is taken, as `wg set` does; one that stayed does not undo what the peer's messages said
/// since.
void configure_peer(PeerRuntime& runtime, const api::Peer& peer) noexcept {
    if (peer.endpoint.address.present() && peer.endpoint != runtime.configured) {
        runtime.configured = runtime.endpoint = runtime.told_endpoint = peer.endpoint;
    }
    runtime.keepalive_ns = peer.keepalive_s * crypto::kSecond;
    runtime.probe_ns = peer.probe_ms * (crypto::kSecond / 1000);
    publish_way(runtime);
}

/// Room for the slots of a generation.
void grow(PeerTable& peers, const Snapshot& snapshot, uint8_t worker) {
    const uint16_t before = peers.size();
    peers.grow(snapshot.n_slots);
    for (uint16_t slot = before; slot < peers.size(); ++slot) {
        if (SharedPeer* shared = snapshot.shared_peer(slot)) {
            PeerRuntime& peer = peers.own_view(slot);
            peer.shared = shared;
            peer.owned = shared->owner() == worker;
        }
    }
}

}  // namespace

void follow_generation(WorkerState& worker, const Snapshot& snapshot) {
    PeerTable& peers = worker.peers;
    grow(peers, snapshot, worker.number);
    worker.neighbours.changed();  // networks and gateways may be others
    for (uint16_t slot = 0; slot < peers.size(); ++slot) {
        if (const api::Peer* peer = snapshot.peer(slot)) {
            configure_peer(peers.own_view(slot), *peer);
        } else {
            forget_peer(worker, peers.own_view(slot));
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

}  // namespace egret
