// SPDX-License-Identifier: Apache-2.0
// Part of seal: may packets to a peer leave, by which session, behind which headers? Asked once a burst and peer.
#include "stages/departures.hpp"

#include "stages/link.hpp"
#include "stages/tunnel_out.hpp"

#include <egret/crypto/limits.hpp>

namespace egret {
namespace {

using api::DropReason;

Keys keys_for(Context& context, uint16_t slot, PeerRuntime& peer) noexcept {
    const Session* session = peer.current;
    if (session == nullptr || session->expired(context.now_ns)) {
        want_session(context, slot);
        return peer.state == api::PeerState::down ? Keys::none : Keys::wait;
    }
    switch (reach_peer(context, peer)) {
        case Reach::ready:
            break;
        case Reach::asking:
        case Reach::crowded:
            return Keys::wait;
        case Reach::unreachable:
            return Keys::unreachable;
        case Reach::no_next_hop:
            return Keys::no_next_hop;
    }
    const crypto::MessageLimits limits = crypto::message_limits(session->suite);
    const uint64_t sent = session->send_counter.load(std::memory_order_relaxed);
    if (sent >= limits.rekey ||
        (session->initiator && context.now_ns >= session->created_ns + crypto::kRekeyAfterTime)) {
        want_session(context, slot);
    }
    // Room for a whole burst of each worker that may ask at the same time, without a sum that could wrap.
    if (sent > limits.reject - uint64_t{kBurstSize} * kMaxWorkers) {
        return Keys::used_up;
    }
    const bool has_source =
        context.snapshot.outside_address(peer.endpoint.address.family).present();
    return has_source ? Keys::ready : Keys::no_endpoint;
}

/// Whole but for the counters. Field by field: what is not ready is not written.
void depart(Context& context, uint16_t slot, Departure& departure) noexcept {
    PeerRuntime& peer = context.worker.peers.at(slot);
    departure.peer = slot;
    departure.keys = keys_for(context, slot, peer);
    if (departure.keys != Keys::ready) {
        return;
    }
    const api::Family family = peer.endpoint.address.family;
    departure.payload_limit = max_payload(context, family);
    departure.n = 0;
    departure.has_data = false;
    departure.session = peer.current;
    departure.bytes = 0;
    departure.outer = OuterHeader(
        context.snapshot.outside_address(family),
        context.tables().listen_port,
        peer.endpoint
    );
    address_to_peer(context, peer, departure.outer);
}

}  // namespace

uint8_t other_departure_to(Context& context, Burst& burst, uint16_t slot) noexcept {
    for (uint16_t i = 0; i < burst.n_departures; ++i) {
        if (burst.departures[i].peer == slot) {
            return static_cast<uint8_t>(i);
        }
    }
    depart(context, slot, burst.departures[burst.n_departures]);
    return static_cast<uint8_t>(burst.n_departures++);
}

DropReason reason_of(Keys keys) noexcept {
    switch (keys) {
        case Keys::used_up:
            return DropReason::message_limit;
        case Keys::unreachable:
            return DropReason::neighbour_unreachable;
        case Keys::no_next_hop:
            return DropReason::no_next_hop;
        case Keys::no_endpoint:
            return DropReason::no_endpoint;
        default:
            return DropReason::no_session;
    }
}

}  // namespace egret
