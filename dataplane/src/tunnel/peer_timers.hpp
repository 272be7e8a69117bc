// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tunnel/peer_table.hpp"

namespace egret {

// The timers of one peer (WireGuard paper, section 6; the kernel's timers.c). Packets store when they passed, nothing more;
// whoever looks now and then compares.

/// Notes that an authentic message came; `is_data`: no keepalive.
inline void note_received(PeerRuntime& peer, bool is_data, uint64_t now_ns) noexcept {
    peer.last_received_ns = now_ns;
    peer.waiting_ns = 0;
    if (is_data && peer.unanswered_ns == 0) {
        peer.unanswered_ns = now_ns;
    }
}

/// Notes that a message leaves; `is_data`: no keepalive.
inline void note_sent(PeerRuntime& peer, bool is_data, uint64_t now_ns) noexcept {
    peer.last_sent_ns = now_ns;
    peer.unanswered_ns = 0;
    if (is_data && peer.waiting_ns == 0) {
        peer.waiting_ns = now_ns;
    }
}

/// True of a session by which this node, its initiator, has sent nothing yet: the responder sends by it only when it has seen
/// a message under it.
[[nodiscard]] inline bool must_confirm(const Session& session) noexcept {
    return session.initiator && session.send_counter.load(std::memory_order_relaxed) == 0;
}

/// A worker that does not own the peer: tells the owner what was sent to it since the last report.
void report_sent(PeerRuntime& peer, uint8_t worker) noexcept;

/// The owner: takes note of what other workers sent, so that its timers run by that as well.
void note_reports(PeerRuntime& peer) noexcept;

/// What a peer's timers want done.
struct PeerDue {
    bool keepalive = false;
    bool session = false;  ///< control is to be asked for one
    bool probe = false;
};

/// Says what is due now. A timer that asks for a session is set off again by the next data that is sent; the others
/// are due until something is sent.
[[nodiscard]] PeerDue take_due(PeerRuntime& peer, uint64_t now_ns) noexcept;

}  // namespace egret
