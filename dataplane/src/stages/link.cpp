// SPDX-License-Identifier: Apache-2.0
// Behind outer and present: [link] -> port.
#include "stages/link.hpp"

#include "neighbours/neighbours.hpp"
#include "stages/link_header.hpp"

namespace egret {
namespace {

using api::DropReason;
using api::Side;

/// Whom packets to `destination` are handed to. With `ready` and `asking` `hop.neighbour` is the one.
Reach find_next_hop(
    Context& context,
    Side side,
    const api::IpAddress& destination,
    NextHop& hop
) noexcept {
    const api::IpAddress address = context.snapshot.next_hop(side, destination);
    if (!address.present()) {
        return Reach::no_next_hop;
    }
    hop.neighbour = look_up_neighbour(context, side, address);
    // Asking for one may have changed what was known of others.
    hop.epoch = context.worker.neighbours.epoch();
    if (hop.neighbour == nullptr) {
        return Reach::crowded;
    }
    if (hop.neighbour->usable()) {
        return Reach::ready;
    }
    return hop.neighbour->state == Neighbour::State::asking ? Reach::asking : Reach::unreachable;
}

bool is_good(const Context& context, const NextHop& remembered) noexcept {
    return remembered.epoch == context.worker.neighbours.epoch();
}

/// A neighbour that was ready when it was looked up, at this epoch.
void transmit_by(
    Context& context,
    rte_mbuf* packet,
    Side side,
    api::Family family,
    Neighbour& neighbour
) noexcept {
    neighbour.used_ns = context.now_ns;
    write_link_header(packet, neighbour.mac, link_of(context, side).own, family);
    context.transmit(packet, side);
}

}  // namespace

Reach reach_peer(Context& context, PeerRuntime& peer) noexcept {
    if (is_static(link_of(context, Side::outside))) {
        return Reach::ready;
    }
    const api::IpAddress& destination = peer.endpoint.address;
    if (is_good(context, peer.next_hop) && peer.next_hop_of == destination) {
        return Reach::ready;
    }
    NextHop hop;
    const Reach reach = find_next_hop(context, Side::outside, destination, hop);
    if (reach == Reach::ready) {
        peer.next_hop = hop;
        peer.next_hop_of = destination;
    }
    return reach;
}

bool send_by(
    Context& context,
    rte_mbuf* packet,
    Side side,
    api::Family family,
    const NextHop& remembered
) noexcept {
    const PortLink& link = link_of(context, side);
    if (is_static(link)) {
        write_link_header(packet, link.next_hop, link.own, family);
        context.transmit(packet, side);
        return true;
    }
    if (is_good(context, remembered)) {
        transmit_by(context, packet, side, family, *remembered.neighbour);
        return true;
    }
    return false;
}

void send_to(
    Context& context,
    rte_mbuf* packet,
    Side side,
    const api::IpAddress& destination,
    NextHop& remembered
) noexcept {
    if (send_by(context, packet, side, destination.family, remembered)) {
        return;
    }
    NextHop hop;
    switch (find_next_hop(context, side, destination, hop)) {
        case Reach::ready:
            remembered = hop;
            transmit_by(context, packet, side, destination.family, *hop.neighbour);
            break;
        case Reach::asking:
            keep_waiting(context, packet, *hop.neighbour);
            break;
        case Reach::crowded:
            context.out.drop(packet, DropReason::neighbour_queue_full);
            break;
        case Reach::unreachable:
            context.out.drop(packet, DropReason::neighbour_unreachable);
            break;
        case Reach::no_next_hop:
            context.out.drop(packet, DropReason::no_next_hop);
            break;
    }
}

void send_to(
    Context& context,
    rte_mbuf* packet,
    Side side,
    const api::IpAddress& destination
) noexcept {
    NextHop nothing_remembered;
    send_to(context, packet, side, destination, nothing_remembered);
}

void address_to_peer(Context& context, const PeerRuntime& peer, OuterHeader& header) noexcept {
    const PortLink& link = link_of(context, Side::outside);
    if (is_static(link)) {
        header.set_link(link.own, link.next_hop);
        return;
    }
    peer.next_hop.neighbour->used_ns = context.now_ns;
    header.set_link(link.own, peer.next_hop.neighbour->mac);
}

}  // namespace egret
