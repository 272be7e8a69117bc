// SPDX-License-Identifier: Apache-2.0
// Beside the way of a packet: what a peer's timers send.
#include "stages/timers.hpp"

#include "stages/link.hpp"
#include "stages/probes.hpp"
#include "stages/tunnel_out.hpp"
#include "tunnel/peer_sessions.hpp"
#include "tunnel/peer_timers.hpp"

namespace egret {
namespace {

/// What looking at one peer may add to the output, apart from staged packets, which take what room there is.
constexpr uint16_t kRoomPerPeer = 4;

/// An empty data message. The peer must be able to send.
void send_keepalive(Context& context, uint16_t slot) noexcept {
    rte_mbuf* packet = rte_pktmbuf_alloc(context.worker.pool);
    if (packet == nullptr) {
        return;
    }
    ++context.worker.counters.generated;
    send_payload(context, packet, slot);
}

void look_after(Context& context, uint16_t slot) noexcept {
    PeerRuntime& peer = context.worker.peers.at(slot);
    if (peer.owned) {
        retire_old_sessions(context.worker.sessions, peer, context.now_ns);
        note_reports(peer);
    }
    if (peer.n_staged > 0) {
        flush_staged(context, slot);
    }
    if (!peer.owned) {
        report_sent(peer, context.worker.number);
        return;
    }
    const PeerDue due = take_due(peer, context.now_ns);
    if (due.session) {
        want_session(context, slot);
    }
    // A payload of the node's own does not wait: there will be another.
    if (!(due.keepalive || due.probe) || reach_peer(context, peer) != Reach::ready) {
        return;
    }
    if (due.keepalive) {
        send_keepalive(context, slot);
    }
    if (due.probe) {
        send_probe(context, slot);
    }
}

}  // namespace

void run_peer_timers(Context& context) noexcept {
    WorkerState& worker = context.worker;
    worker.peer_rounds.run(worker.peers.size(), context.now_ns, [&context](uint32_t slot) {
        if (context.out.room() < kRoomPerPeer) {
            return false;
        }
        look_after(context, static_cast<uint16_t>(slot));
        return true;
    });
}

void confirm_by_keepalive(Context& context, uint16_t slot) noexcept {
    const PeerRuntime& peer = context.worker.peers.at(slot);
    if (peer.can_send(context.now_ns) && must_confirm(*peer.current)) {
        send_keepalive(context, slot);
    }
}

}  // namespace egret
