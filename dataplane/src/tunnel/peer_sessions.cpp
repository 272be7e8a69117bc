// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_sessions.hpp"

#include <algorithm>
#include <utility>

namespace egret {
namespace {

/// The other workers stop beginning to use the session before its keys' last wait begins.
void retire(SessionTable& sessions, const PeerRuntime& peer, Session*& place) {
    if (place == nullptr) {
        return;
    }
    if (peer.shared != nullptr) {
        peer.shared->withdraw(*place);
    }
    sessions.retire(*std::exchange(place, nullptr));
}

void make_current(SessionTable& sessions, PeerRuntime& peer, Session& session) {
    Session* before = std::exchange(peer.current, &session);
    if (before == nullptr) {
        return;
    }
    retire(sessions, peer, peer.previous.back());
    std::shift_right(peer.previous.begin(), peer.previous.end(), 1);
    peer.previous.front() = before;
}

/// Where a peer can have sessions.
std::array<Session**, 2 + PeerRuntime::kPrevious> places_of(PeerRuntime& peer) noexcept {
    return {&peer.current, &peer.previous[0], &peer.previous[1], &peer.next};
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
        peer.endpoint = session.handshake_endpoint;
    } else {
        // The endpoint stays: a call that was heard before, sent again from elsewhere to a control that was started anew,
        // comes this far. Only who has the keys can go on.
        retire(sessions, peer, peer.next);
        peer.next = &session;
    }
    peer.state = api::PeerState::starting;
    peer.waiting_ns = 0;  // the peer's half of the handshake was authentic
    publish_way(peer);
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

void observe_probed(PeerRuntime& peer, const api::IpAddress& source) noexcept {
    (source.family == api::Family::ipv4 ? peer.observed_ipv4 : peer.observed_ipv6) = source;
    publish_way(peer);
}

void retire_old_sessions(SessionTable& sessions, PeerRuntime& peer, uint64_t now_ns) {
    for (Session** place : places_of(peer)) {
        if (*place != nullptr && now_ns >= (*place)->created_ns + crypto::kWipeKeysAfterTime) {
            retire(sessions, peer, *place);
        }
    }
    publish_way(peer);
}

void end_session(SessionTable& sessions, PeerRuntime& peer, Session& session) {
    if (peer.current == &session) {
        peer.wanted_ns =
            0;  // whoever sends next needs another one, however recently one was asked for
        observe(peer, kNowhere);
    }
    for (Session** place : places_of(peer)) {
        if (*place == &session) {
            retire(sessions, peer, *place);
        }
    }
    publish_way(peer);
}

void drop_sessions(SessionTable& sessions, PeerRuntime& peer) {
    for (Session** place : places_of(peer)) {
        retire(sessions, peer, *place);
    }
    observe(peer, kNowhere);
    publish_way(peer);
}

}  // namespace egret
