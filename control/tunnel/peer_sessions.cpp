// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/peer_sessions.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace egret::control {

std::vector<PeerSession> PeerSessions::add(const PeerSession& session) {
    // The dataplane has one place for a responder's session nobody has used yet.
    std::vector<PeerSession> gone = remove_if([&](const PeerSession& other) {
        return !session.initiator && !other.initiator && !other.confirmed;
    });
    sessions_.insert(sessions_.begin(), session);
    if (sessions_.size() > kMost) {
        gone.push_back(sessions_.back());
        sessions_.pop_back();
    }
    return gone;
}

std::optional<PeerSession> PeerSessions::remove(uint32_t receiver_index) {
    const auto found = std::ranges::find(sessions_, receiver_index, &PeerSession::receiver_index);
    if (found == sessions_.end()) {
        return std::nullopt;
    }
    const PeerSession session = *found;
    sessions_.erase(found);
    return session;
}

PeerSession* PeerSessions::find(uint32_t receiver_index) noexcept {
    const auto found = std::ranges::find(sessions_, receiver_index, &PeerSession::receiver_index);
    return found == sessions_.end() ? nullptr : &*found;
}

}  // namespace egret::control
