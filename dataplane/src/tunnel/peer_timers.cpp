// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_timers.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <utility>

namespace egret {
namespace {

bool is_over(uint64_t since_ns, uint64_t patience_ns, uint64_t now_ns) noexcept {
    return since_ns != 0 && now_ns >= since_ns + patience_ns;
}

/// The peer sent data and got nothing back: it must hear that it was heard, or it takes us for dead.
bool owes_keepalive(const PeerRuntime& peer, uint64_t now_ns) noexcept {
    return is_over(peer.unanswered_ns, crypto::kKeepaliveTimeout, now_ns);
}

/// Nothing passed for so long that a translator on the way may forget where the peer is.
bool needs_keepalive(const PeerRuntime& peer, uint64_t now_ns) noexcept {
    return peer.keepalive_ns != 0 &&
           now_ns >= std::max(peer.last_sent_ns, peer.last_received_ns) + peer.keepalive_ns;
}

/// A peer that is to be kept alive needs a session to be kept alive by: at once, and again where none came.
bool needs_session(const PeerRuntime& peer, uint64_t now_ns) noexcept {
    return peer.keepalive_ns != 0 && peer.endpoint.address.present() &&
           (peer.wanted_ns == 0 || now_ns >= peer.wanted_ns + peer.keepalive_ns);
}

}  // namespace

void report_sent(PeerRuntime& peer, uint8_t worker) noexcept {
    SentNotes& notes = peer.shared->sent(worker);
    notes.last_ns.store(peer.last_sent_ns, std::memory_order_relaxed);
    notes.packets.store(peer.packets_sent, std::memory_order_relaxed);
    notes.bytes.store(peer.bytes_sent, std::memory_order_relaxed);
    notes.staged.store(peer.n_staged, std::memory_order_relaxed);
    if (peer.waiting_ns != 0) {
        notes.data_ns.store(std::exchange(peer.waiting_ns, 0), std::memory_order_relaxed);
    }
}

void note_reports(PeerRuntime& peer) noexcept {
    if (peer.shared == nullptr) {
        return;
    }
    for (uint8_t worker = 0; worker < peer.shared->n_workers(); ++worker) {
        const SentNotes& notes = peer.shared->sent(worker);
        const uint64_t last_ns = notes.last_ns.load(std::memory_order_relaxed);
        const uint64_t data_ns = notes.data_ns.load(std::memory_order_relaxed);
        peer.last_sent_ns = std::max(peer.last_sent_ns, last_ns);
        // Where two moments are the same a keepalive too many does no harm.
        if (last_ns > peer.unanswered_ns) {
            peer.unanswered_ns = 0;
        }
        if (peer.waiting_ns == 0 && data_ns > peer.last_received_ns &&
            data_ns > peer.reported_data_ns) {
            peer.waiting_ns = data_ns;
        }
        peer.reported_data_ns = std::max(peer.reported_data_ns, data_ns);
    }
}

PeerDue take_due(PeerRuntime& peer, uint64_t now_ns) noexcept {
    PeerDue due;
    if (is_over(peer.waiting_ns, crypto::kSilenceTimeout, now_ns)) {
        peer.waiting_ns = 0;
        due.session = true;
    }
    if (peer.can_send(now_ns)) {
        due.keepalive = owes_keepalive(peer, now_ns) || needs_keepalive(peer, now_ns) ||
                        must_confirm(*peer.current);
        due.probe = peer.probe_ns != 0 && now_ns >= peer.last_probe_ns + peer.probe_ns;
    } else {
        peer.unanswered_ns = 0;  // its own timer finds us dead, and then there are new keys
        due.session = due.session || needs_session(peer, now_ns);
    }
    return due;
}

}  // namespace egret
