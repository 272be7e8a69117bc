// SPDX-License-Identifier: Apache-2.0
#include "agent/check_request.hpp"

namespace egret {
namespace {

bool is_flag(const bool& flag) noexcept {
    // A bool that came from elsewhere must not be read as one before this is known.
    return reinterpret_cast<const uint8_t&>(flag) <= 1;
}

bool is_endpoint(const api::Endpoint& endpoint) noexcept {
    return endpoint.address.family == api::Family::none ||
           endpoint.address.family == api::Family::ipv4 ||
           endpoint.address.family == api::Family::ipv6;
}

bool is_datagram(const api::HandshakeDatagram& datagram) noexcept {
    return is_endpoint(datagram.destination) && datagram.size_bytes <= datagram.bytes.size();
}

}  // namespace

bool is_possible(const api::Install& request) noexcept {
    const api::SessionInstall& session = request.session;
    return session.suite <= crypto::Suite::aes256gcm && is_flag(session.initiator) &&
           is_flag(session.answered_in_place) && is_endpoint(session.endpoint) &&
           is_datagram(request.response);
}

bool is_possible(const api::SetPeerState& request) noexcept {
    return request.state <= api::PeerState::down;
}

bool is_possible(const api::SendHandshake& request) noexcept {
    return request.datagram.size_bytes > 0 && request.datagram.destination.address.present() &&
           is_datagram(request.datagram);
}

bool is_possible(const api::List& request) noexcept {
    return request.what >= api::MessageType::counters && request.what <= api::MessageType::flows;
}

}  // namespace egret
