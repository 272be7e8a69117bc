// SPDX-License-Identifier: Apache-2.0
// Beside the pipelines: [frames for the node itself] come here from receive's and answers' leftovers; [what the node sends
// itself] leaves through here, behind outer and present.
#include "stages/neighbours.hpp"

#include "stages/echo.hpp"
#include "stages/neighbour_messages.hpp"
#include "stages/parse.hpp"
#include "stages/wire.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;
using api::Family;
using api::Side;
using crypto::kSecond;

// RFC 4861 section 10, for ARP as well.
constexpr uint64_t kRetransmit = kSecond;
constexpr uint8_t kMaxAsked = 3;
constexpr uint64_t kReachable = 30 * kSecond;

/// A neighbour nothing was sent to for this long is forgotten instead of being asked again.
constexpr uint64_t kUnused = 60 * kSecond;

/// One that did not answer is left alone for this long, or every packet to it would be a question.
constexpr uint64_t kGivenUp = kSecond;

/// Neighbours looked at in one call: all of them within a second at a thousand calls, and a few cache lines each.
constexpr size_t kTendedPerCall = 8;

const PortLink& link_of(const Context& context, Side side) noexcept {
    return context.worker.links[static_cast<size_t>(side)];
}

bool is_static(const PortLink& link) noexcept {
    return link.next_hop != MacAddress{};
}

void write_ethernet(
    rte_mbuf* packet,
    const MacAddress& to,
    const MacAddress& from,
    Family family
) noexcept {
    auto* frame = rte_pktmbuf_mtod(packet, uint8_t*);
    wire::copy_mac(frame, to.data());
    wire::copy_mac(frame + wire::kMacSize, from.data());
    wire::store16(frame + 12, family == Family::ipv4 ? wire::kEtherIpv4 : wire::kEtherIpv6);
}

/// Sends a question about `asked`, or an answer or announcement of `own`.
void send_message(Context& context, Side side, const NeighbourFrame& frame, bool asks) noexcept {
    rte_mbuf* packet =
        context.out.transmit_room() > 0 ? rte_pktmbuf_alloc(context.worker.pool) : nullptr;
    if (packet == nullptr) {
        return;  // the next try will do
    }
    const bool written = frame.own.family == Family::ipv4
                             ? write_arp(packet, frame, asks)
                             : write_neighbour_discovery(packet, frame, asks);
    if (!written) {
        rte_pktmbuf_free(packet);
        return;
    }
    ++context.worker.counters.generated;
    context.transmit(packet, side);
}

void ask(Context& context, Neighbour& neighbour) noexcept {
    ++neighbour.n_asked;
    neighbour.asked_ns = context.now_ns;
    const MacAddress& own_mac = link_of(context, neighbour.side).own;
    const api::IpAddress& own = context.snapshot.own_towards(neighbour.side, neighbour.address);
    const bool confirms = neighbour.state == Neighbour::State::confirming;
    const NeighbourFrame frame{
        .own_mac = own_mac,
        .to_mac = confirms ? neighbour.mac : MacAddress{},
        .own = own.present() ? own : link_local_of(own_mac),
        .other = neighbour.address,
    };
    send_message(context, neighbour.side, frame, true);
}

void drop_waiting(WorkerState& worker, Neighbour& neighbour) noexcept {
    worker.counters.drops[static_cast<size_t>(DropReason::neighbour_unreachable)] +=
        neighbour.n_waiting;
    worker.packets_staged -= neighbour.n_waiting;
    rte_pktmbuf_free_bulk(neighbour.waiting.data(), neighbour.n_waiting);
    neighbour.n_waiting = 0;
}

void set_state(WorkerState& worker, Neighbour& neighbour, Neighbour::State state) noexcept {
    neighbour.state = state;
    neighbour.n_asked = 0;
    worker.neighbours.changed();
}

/// The neighbour, known or from now on asked for.
Neighbour& neighbour_at(Context& context, Side side, const api::IpAddress& address) noexcept {
    NeighbourTable& table = context.worker.neighbours;
    if (Neighbour* found = table.find(side, address)) {
        found->used_ns = context.now_ns;
        return *found;
    }
    Neighbour& neighbour = table.place_for(side, address);
    drop_waiting(context.worker, neighbour);
    neighbour.side = side;
    neighbour.address = address;
    neighbour.used_ns = context.now_ns;
    set_state(context.worker, neighbour, Neighbour::State::asking);
    ask(context, neighbour);
    return neighbour;
}

void keep_waiting(Context& context, rte_mbuf* packet, Neighbour& neighbour) noexcept {
    if (neighbour.n_waiting == Neighbour::kMaxWaiting) {
        context.out.drop(packet, DropReason::neighbour_queue_full);
        return;
    }
    neighbour.waiting[neighbour.n_waiting++] = packet;
    ++context.worker.packets_staged;
}

void send_waiting(Context& context, Neighbour& neighbour) noexcept {
    context.worker.packets_staged -= neighbour.n_waiting;
    for (uint16_t i = 0; i < neighbour.n_waiting; ++i) {
        rte_mbuf* packet = neighbour.waiting[i];
        if (context.out.transmit_room() == 0) {
            context.out.drop(packet, DropReason::neighbour_queue_full);
            continue;
        }
        const MacAddress& own = link_of(context, neighbour.side).own;
        write_ethernet(packet, neighbour.mac, own, neighbour.address.family);
        context.transmit(packet, neighbour.side);
    }
    neighbour.n_waiting = 0;
}

/// An answer to what was asked, or a sign of life of a neighbour whose MAC address is what it was.
void learn(Context& context, Side side, const NeighbourMessage& message) noexcept {
    Neighbour* neighbour = context.worker.neighbours.find(side, message.sender);
    if (neighbour == nullptr) {
        return;
    }
    const bool same = neighbour->usable() && neighbour->mac == message.sender_mac;
    const bool answers = !message.asks && neighbour->n_asked > 0;
    if (!same && !answers) {
        // Perhaps it has moved, perhaps somebody lies: asked at the next occasion, believed when it answers.
        neighbour->confirmed_ns = 0;
        return;
    }
    neighbour->mac = message.sender_mac;
    neighbour->confirmed_ns = context.now_ns;
    if (neighbour->state != Neighbour::State::known || !same) {
        set_state(context.worker, *neighbour, Neighbour::State::known);
        send_waiting(context, *neighbour);
        context.worker.retry_staged = true;
    }
    neighbour->n_asked = 0;
}

bool is_link_local(const api::IpAddress& address) noexcept {
    return address.family == Family::ipv6 && address.bytes[0] == 0xfe &&
           (address.bytes[1] & 0xc0) == 0x80;
}

/// True if a host of the port's network, or a gateway outside it, could call itself that.
bool is_plausible_sender(Context& context, Side side, const NeighbourMessage& message) noexcept {
    if (!message.sender.present()) {
        return message.asks;
    }
    return !context.snapshot.is_own(side, message.sender) &&
           message.sender_mac != link_of(context, side).own &&
           (context.snapshot.is_on_link(side, message.sender) || is_link_local(message.sender) ||
            context.worker.neighbours.find(side, message.sender) != nullptr);
}

void answer(Context& context, Side side, const NeighbourMessage& message) noexcept {
    const NeighbourFrame frame{
        .own_mac = link_of(context, side).own,
        // After a probe for an IPv6 address everybody is to hear it (RFC 4861 section 7.2.4).
        .to_mac = message.sender.present() || message.target.family == Family::ipv4
                      ? message.sender_mac
                      : MacAddress{},
        .own = message.target,
        .other = message.sender,
    };
    send_message(context, side, frame, false);
}

/// A question about one of the port's addresses.
bool asks_for_own(const Context& context, Side side, const NeighbourMessage& message) noexcept {
    return message.asks && (context.snapshot.is_own(side, message.target) ||
                            message.target == link_local_of(link_of(context, side).own));
}

void announce(Context& context, Side side) noexcept {
    for (const api::Prefix& own : context.snapshot.own_addresses(side)) {
        const bool ipv4 = own.address.family == Family::ipv4;
        const NeighbourFrame frame{
            .own_mac = link_of(context, side).own,
            .to_mac = {},
            .own = own.address,
            .other = ipv4 ? own.address : api::IpAddress{},
        };
        send_message(
            context,
            side,
            frame,
            ipv4
        );  // RFC 5227 section 2.3: an announcement asks for itself
    }
}

/// What is due for one neighbour.
void tend(Context& context, Neighbour& neighbour) noexcept {
    using State = Neighbour::State;
    WorkerState& worker = context.worker;
    const uint64_t now = context.now_ns;
    const bool unused = now >= neighbour.used_ns + kUnused;
    switch (neighbour.state) {
        case State::free:
            return;
        case State::known:
            if (now < neighbour.confirmed_ns + kReachable) {
                return;
            }
            set_state(worker, neighbour, unused ? State::free : State::confirming);
            break;
        case State::asking:
        case State::confirming:
            if (now < neighbour.asked_ns + kRetransmit) {
                return;
            }
            if (neighbour.n_asked == kMaxAsked) {
                const bool was_known = neighbour.state == State::confirming;
                set_state(worker, neighbour, was_known ? State::asking : State::unreachable);
                if (!was_known) {
                    drop_waiting(worker, neighbour);
                }
            }
            break;
        case State::unreachable:
            if (now >= neighbour.asked_ns + kGivenUp) {
                set_state(worker, neighbour, State::free);
            }
            return;
    }
    if (neighbour.state == State::asking || neighbour.state == State::confirming) {
        ask(context, neighbour);
    }
}

}  // namespace

Reach reach_peer(Context& context, PeerRuntime& peer) noexcept {
    NextHop& hop = peer.next_hop;
    if (hop.epoch == context.worker.neighbours.epoch() && hop.of == peer.endpoint.address) {
        if (hop.neighbour != nullptr) {
            hop.neighbour->used_ns = context.now_ns;
        }
        return Reach::ready;
    }
    if (is_static(link_of(context, Side::outside))) {
        hop = {context.worker.neighbours.epoch(), nullptr, peer.endpoint.address};
        return Reach::ready;
    }
    const api::IpAddress* address = context.snapshot.next_hop(Side::outside, peer.endpoint.address);
    if (address == nullptr) {
        return Reach::unreachable;
    }
    Neighbour& neighbour = neighbour_at(context, Side::outside, *address);
    if (!neighbour.usable()) {
        return neighbour.state == Neighbour::State::asking ? Reach::asking : Reach::unreachable;
    }
    hop = {context.worker.neighbours.epoch(), &neighbour, peer.endpoint.address};
    return Reach::ready;
}

void send_to(
    Context& context,
    rte_mbuf* packet,
    Side side,
    const api::IpAddress& destination
) noexcept {
    const PortLink& link = link_of(context, side);
    if (is_static(link)) {
        write_ethernet(packet, link.next_hop, link.own, destination.family);
        context.transmit(packet, side);
        return;
    }
    const api::IpAddress* hop = context.snapshot.next_hop(side, destination);
    if (hop == nullptr) {
        context.out.drop(packet, DropReason::no_next_hop);
        return;
    }
    Neighbour& neighbour = neighbour_at(context, side, *hop);
    if (neighbour.usable()) {
        write_ethernet(packet, neighbour.mac, link.own, destination.family);
        context.transmit(packet, side);
    } else if (neighbour.state == Neighbour::State::asking) {
        keep_waiting(context, packet, neighbour);
    } else {
        context.out.drop(packet, DropReason::neighbour_unreachable);
    }
}

void send_to_peer(Context& context, rte_mbuf* packet, PeerRuntime& peer) noexcept {
    const NextHop& hop = peer.next_hop;
    const bool remembered =
        hop.epoch == context.worker.neighbours.epoch() && hop.of == peer.endpoint.address;
    if (!remembered || hop.neighbour == nullptr) {
        send_to(context, packet, Side::outside, peer.endpoint.address);
        return;
    }
    const MacAddress& own = link_of(context, Side::outside).own;
    write_ethernet(packet, hop.neighbour->mac, own, peer.endpoint.address.family);
    context.transmit(packet, Side::outside);
}

bool take_own(Context& context, rte_mbuf* packet, const PacketMeta& meta, Side side) noexcept {
    if (meta.kind == PacketKind::transport || meta.vlan != 0 || is_static(link_of(context, side))) {
        return false;
    }
    if (reply_to_echo(context, packet, meta, side)) {
        return true;
    }
    const std::span<uint8_t> frame = bytes_of(packet);
    NeighbourMessage message;
    MessageRead read = read_arp(frame, message);
    if (read == MessageRead::not_one) {
        read = read_neighbour_discovery(frame, message);
    }
    if (read != MessageRead::readable) {
        return false;
    }
    const bool plausible = is_plausible_sender(context, side, message);
    const bool asks = asks_for_own(context, side, message);
    if (plausible) {
        learn(context, side, message);
    }
    // What others may need as well goes on: questions about other hosts, and what is said to everybody.
    const MacAddress& own_mac = link_of(context, side).own;
    if (!asks && !std::equal(own_mac.begin(), own_mac.end(), frame.begin())) {
        return false;
    }
    if (!plausible) {
        context.out.drop(packet, DropReason::neighbour_refused);
        return true;
    }
    if (asks) {
        answer(context, side, message);
    }
    ++context.worker.counters.consumed;
    rte_pktmbuf_free(packet);
    return true;
}

void tend_neighbours(Context& context) noexcept {
    WorkerState& worker = context.worker;
    for (const Side side : {Side::inside, Side::outside}) {
        bool& pending = worker.announce[static_cast<size_t>(side)];
        if (pending && !is_static(link_of(context, side))) {
            announce(context, side);
        }
        pending = false;
    }
    const std::span<Neighbour> all = worker.neighbours.all();
    for (size_t i = 0; i < kTendedPerCall && context.out.transmit_room() > Neighbour::kMaxWaiting;
         ++i) {
        worker.next_neighbour = (worker.next_neighbour + 1) % all.size();
        tend(context, all[worker.next_neighbour]);
    }
}

void forget_neighbours(WorkerState& worker, Side side) noexcept {
    for (Neighbour& neighbour : worker.neighbours.all()) {
        if (neighbour.state != Neighbour::State::free && neighbour.side == side) {
            drop_waiting(worker, neighbour);
            neighbour.state = Neighbour::State::free;
        }
    }
    worker.neighbours.changed();
}

}  // namespace egret
