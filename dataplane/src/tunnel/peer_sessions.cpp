// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_sessions.hpp"

#include <utility>

namespace egret {
namespace {

/// Three times the life of a session.
constexpr uint64_t kKeepKeysTime = 3 * crypto::kRejectAfterTime;

void retire(SessionTable& sessions, Session*& place) {
    if (place != nullptr) {
        sessions.retire(*std::exchange(place, nullptr));
    }
}

void make_current(SessionTable& sessions, PeerRuntime& peer, Session& session) {
    retire(sessions, peer.previous);
    peer.previous = std::exchange(peer.current, &session);
}

constexpr api::IpAddress kNowhere{};

/// Where the peer was seen to receive in its current session; what held in the one before does not count any more.
void observe(PeerRuntime& peer, const api::IpAddress& address) noexcept {
    peer.observed_ipv4 = address.family == api::Family::ipv4 ? address : kNowhere;
    peer.observed_ipv6 = address.family == api::Family::ipv6 ? address : kNowhere;
}

}  // namespace

void place_session(SessionTable& sessions, PeerRuntime& peer, Session& session) {
    if (session.initiator) {
        if (peer.next != nullptr) {
            make_current(sessions, peer, *std::exchange(peer.next, nullptr));
        }
        // Not held against peer.endpoint: that follows messages, whose sender may write any source.
        observe(peer, session.answered_in_place ? session.handshake_endpoint.address : kNowhere);
        make_current(sessions, peer, session);
    } else {
        retire(sessions, peer.next);
        peer.next = &session;
    }
    peer.endpoint = session.handshake_endpoint;
    peer.state = api::PeerState::starting;
}

void confirm_session(
    SessionTable& sessions,
    PeerRuntime& peer,
    Session& session,
    const api::Endpoint& source
) {
    session.confirmed = true;
    if (peer.next != &session) {
        return;
    }
    peer.next = nullptr;
    make_current(sessions, peer, session);
    observe(peer, source == session.handshake_endpoint ? source.address : kNowhere);
}

void retire_old_sessions(SessionTable& sessions, PeerRuntime& peer, uint64_t now_ns) {
    for (Session** place : {&peer.current, &peer.previous, &peer.next}) {
        if (*place != nullptr && now_ns >= (*place)->created_ns + kKeepKeysTime) {
            retire(sessions, *place);
        }
    }
}

void end_session(SessionTable& sessions, PeerRuntime& peer, Session& session) {
    for (Session** place : {&peer.current, &peer.previous, &peer.next}) {
        if (*place == &session) {
            retire(sessions, *place);
            return;
        }
    }
}

void drop_sessions(SessionTable& sessions, PeerRuntime& peer) {
    retire(sessions, peer.current);
    retire(sessions, peer.previous);
    retire(sessions, peer.next);
    observe(peer, kNowhere);
}

}  // namespace egret
