// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/tunnel_news.hpp"

namespace egret::control {
namespace {

/// Why a handshake came to nothing; empty for what is no cause for worry: answers, cookies, and what anybody on the network
/// can send without a key.
std::string_view cause_of(Received what) noexcept {
    switch (what) {
        case Received::not_authentic:
            return "made with another key than configured, or damaged";
        case Received::unknown_peer:
            return "its key belongs to no peer";
        case Received::wrong_suite:
            return "another suite than configured, or one this processor lacks";
        case Received::not_installed:
            return "the dataplane did not take the session";
        default:
            return {};
    }
}

}  // namespace

void TunnelNews::set_generation(const Generation& generation) {
    names_.clear();
    for (size_t i = 0; i < generation.config.peers.size(); ++i) {
        names_[generation.tables.peers[i].slot] = *generation.config.peers[i].name;
    }
    std::erase_if(states_, [this](const auto& state) { return !names_.contains(state.first); });
}

void TunnelNews::begin(std::span<const api::PeerRecord> peers) {
    states_.clear();
    for (const api::PeerRecord& peer : peers) {
        if (peer.has_session) {
            states_[peer.slot] = State::up;
        } else if (peer.state == api::PeerState::down) {
            states_[peer.slot] = State::down;
        }
    }
}

void TunnelNews::session_made(uint16_t slot) {
    if (note(slot, State::up)) {
        log_.info("tunnel up", {{"peer", name_of(slot)}});
    }
}

void TunnelNews::handshakes_unanswered(uint16_t slot) {
    if (note(slot, State::down)) {
        log_.warning("tunnel down: handshakes are not answered", {{"peer", name_of(slot)}});
    }
}

void TunnelNews::received(Received what, const api::Endpoint& source) {
    const std::string_view cause = cause_of(what);
    if (!cause.empty()) {
        log_.warning(
            "handshake refused",
            {{"source", to_text(source)}, {"reason", std::string(cause)}}
        );
    }
}

/// True if it is news.
bool TunnelNews::note(uint16_t slot, State state) {
    const auto [known, is_new] = states_.try_emplace(slot, state);
    const bool is_news = is_new || known->second != state;
    known->second = state;
    return is_news;
}

std::string TunnelNews::name_of(uint16_t slot) const {
    const auto found = names_.find(slot);
    return found != names_.end() ? found->second : std::to_string(slot);
}

}  // namespace egret::control
