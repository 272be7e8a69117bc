// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_sessions.hpp"

#include <utility>

namespace egret {
namespace {

void retire(SessionTable& sessions, Session*& place) {
    if (place != nullptr) {
        sessions.retire(*std::exchange(place, nullptr));
    }
}

void make_current(SessionTable& sessions, PeerRuntime& peer, Session& session) {
    retire(sessions, peer.previous);
    peer.previous = std::exchange(peer.current, &session);
}

void observe(PeerRuntime& peer, const api::IpAddress& address) noexcept {
    peer.observed_ipv4 = {};
    peer.observed_ipv6 = {};
    (address.family == api::Family::ipv4 ? peer.observed_ipv4 : peer.observed_ipv6) = address;
}

}  // namespace

void place_session(SessionTable& sessions, PeerRuntime& peer, Session& session) {
    if (session.initiator) {
        if (peer.next != nullptr) {
            make_current(sessions, peer, *std::exchange(peer.next, nullptr));
        }
        // The answer came from where the call went: the peer receives there.
        if (session.handshake_endpoint == peer.endpoint) {
            observe(peer, peer.endpoint.address);
        }
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
    if (source == session.handshake_endpoint) {
        observe(peer, source.address);
    } else {
        peer.observed_ipv4 = {};
        peer.observed_ipv6 = {};
    }
}

void drop_sessions(SessionTable& sessions, PeerRuntime& peer) {
    retire(sessions, peer.current);
    retire(sessions, peer.previous);
    retire(sessions, peer.next);
    peer.observed_ipv4 = {};
    peer.observed_ipv6 = {};
}

}  // namespace egret
