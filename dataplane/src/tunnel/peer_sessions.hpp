// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tunnel/peer_table.hpp"
#include "tunnel/session_table.hpp"

namespace egret {

// The three places a peer's sessions can have (WireGuard paper section 6.5), and how one moves from place to place:
//
//                install, initiator            install, responder
//                        |                             |
//                        v                             v
//   previous <------- current <---first authentic--- next
//   (receives)   (sends, receives)   message      (receives)
//
// What leaves `previous`, or is overtaken in `next` by another response, is retired. Where both ends initiate at once each
// has a `next` when its own initiation is answered: the other end may already send by it, so it becomes `previous`. The
// session before both is the second `previous`: the other end sent by it until the answer to its own initiation came. (The
// kernel's WireGuard has one `previous`, and loses what is in flight then.)

/// Gives a newly known session its place. Who answered a call of this node is where the answer came from; who called is
/// believed with the first authentic message.
void place_session(SessionTable& sessions, PeerRuntime& peer, Session& session);

/// Called with the first authentic message of a session, which came from `source`: the peer has the keys. If the
/// handshake's answer went to that same address, the peer can receive there: it becomes the observed address.
void confirm_session(
    SessionTable& sessions,
    PeerRuntime& peer,
    Session& session,
    const api::Endpoint& source
);

/// Called where a probe was answered by a peer from `source`, to which it had gone under the current session: the peer
/// receives there.
void observe_probed(PeerRuntime& peer, const api::IpAddress& source) noexcept;

/// Retires sessions that nothing can be sent or received under for long: a silent peer's keys are not kept (WireGuard paper,
/// section 6.3).
void retire_old_sessions(SessionTable& sessions, PeerRuntime& peer, uint64_t now_ns);

/// Retires one session of a peer, wherever it has its place: its keys are no longer good.
void end_session(SessionTable& sessions, PeerRuntime& peer, Session& session);

/// Retires all sessions of a peer, for good or because its node is gone.
void drop_sessions(SessionTable& sessions, PeerRuntime& peer);

}  // namespace egret
