// SPDX-License-Identifier: Apache-2.0
#include "neighbours/neighbours.hpp"

#include "stages/link_header.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;
using api::Family;
using api::Side;
using crypto::kSecond;
using State = Neighbour::State;

// RFC 4861 section 10, for ARP as well.
constexpr uint64_t kRetransmit = kSecond;
constexpr uint8_t kMaxAsked = 3;
constexpr uint64_t kReachable = 30 * kSecond;

/// A neighbour nothing was sent to for this long is forgotten.
constexpr uint64_t kUnused = 60 * kSecond;

/// One that did not answer is left alone for this long, or every packet to it would be a question.
constexpr uint64_t kGivenUp = kSecond;

/// What a burst may still want to send when its frames for the node itself are answered.
constexpr uint16_t kRoomForBurst = 2 * kBurstSize;

/// Sends a question about `frame.other`, or an answer or announcement of `frame.own`.
void send_message(Context& context, Side side, const NeighbourFrame& frame, bool asks) noexcept {
    rte_mbuf* packet = context.out.room() > 0 ? rte_pktmbuf_alloc(context.worker.pool) : nullptr;
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

/// Asks everybody, or while confirming first the neighbour itself.
void ask(Context& context, Neighbour& neighbour) noexcept {
    const bool itself = neighbour.state == State::confirming && neighbour.n_asked < kMaxAsked;
    ++neighbour.n_asked;
    neighbour.asked_ns = context.now_ns;
    const MacAddress& own_mac = link_of(context, neighbour.side).own;
    const api::IpAddress own = context.snapshot.own_towards(neighbour.side, neighbour.address);
    const NeighbourFrame frame{
        .own_mac = own_mac,
        .to_mac = itself ? neighbour.mac : MacAddress{},
        .own = own.present() ? own : link_local_of(own_mac),
        .other = neighbour.address,
    };
    send_message(context, neighbour.side, frame, true);
}

void set_state(WorkerState& worker, Neighbour& neighbour, State state) noexcept {
    neighbour.state = state;
    neighbour.n_asked = 0;
    worker.neighbours.changed();
}

void drop_waiting(WorkerState& worker, Neighbour& neighbour) noexcept {
    worker.counters.drops[static_cast<size_t>(DropReason::neighbour_unreachable)] +=
        neighbour.n_waiting;
    worker.packets_staged -= neighbour.n_waiting;
    worker.neighbours.n_waiting -= neighbour.n_waiting;
    rte_pktmbuf_free_bulk(neighbour.waiting.data(), neighbour.n_waiting);
    neighbour.n_waiting = 0;
}

/// Sends what waited, in order; what finds no room now leaves at another call.
void send_waiting(Context& context, Neighbour& neighbour) noexcept {
    WorkerState& worker = context.worker;
    uint16_t sent = 0;
    while (sent < neighbour.n_waiting && context.out.room() > kRoomForBurst) {
        rte_mbuf* packet = neighbour.waiting[sent++];
        const MacAddress& own = link_of(context, neighbour.side).own;
        write_link_header(packet, neighbour.mac, own, neighbour.address.family);
        context.transmit(packet, neighbour.side);
    }
    std::copy(
        neighbour.waiting.begin() + sent,
        neighbour.waiting.begin() + neighbour.n_waiting,
        neighbour.waiting.begin()
    );
    neighbour.n_waiting = static_cast<uint16_t>(neighbour.n_waiting - sent);
    worker.packets_staged -= sent;
    worker.neighbours.n_waiting -= sent;
}

/// Somebody says the neighbour has another MAC address. Perhaps it moved, perhaps somebody lies: everybody is asked, and the
/// one in use stays until there is an answer.
void doubt(Context& context, Neighbour& neighbour) noexcept {
    const bool just_asked = context.now_ns < neighbour.asked_ns + kRetransmit;
    const bool asks_all = neighbour.state == State::confirming && neighbour.n_asked > kMaxAsked;
    if (!neighbour.usable() || asks_all || (just_asked && neighbour.state == State::known)) {
        return;
    }
    set_state(context.worker, neighbour, State::confirming);
    neighbour.n_asked = kMaxAsked;
    ask(context, neighbour);
}

/// True if `message` answers a question to those who could have sent it.
bool is_answer(const Neighbour& neighbour, const NeighbourMessage& message) noexcept {
    return !message.asks &&
           (neighbour.state == State::asking ||
            (neighbour.state == State::confirming && neighbour.n_asked > kMaxAsked));
}

/// An announcement (RFC 5227 section 2.3: a question for one's own address; RFC 4861 section 7.2.6).
void announce(Context& context, Side side) noexcept {
    for (const api::Prefix& own : context.snapshot.own_addresses(side)) {
        const bool ipv4 = own.address.family == Family::ipv4;
        const NeighbourFrame frame{
            .own_mac = link_of(context, side).own,
            .to_mac = {},
            .own = own.address,
            .other = ipv4 ? own.address : api::IpAddress{},
        };
        send_message(context, side, frame, ipv4);
    }
}

/// A question that got no answer for long enough: asks the next one, or gives up.
void repeat(Context& context, Neighbour& neighbour) noexcept {
    const bool was_known = neighbour.state == State::confirming;
    // First the neighbour itself, then everybody.
    if (neighbour.n_asked == (was_known ? 2 * kMaxAsked : kMaxAsked)) {
        set_state(context.worker, neighbour, State::unreachable);
        drop_waiting(context.worker, neighbour);
    } else {
        ask(context, neighbour);
    }
}

/// What is due for one neighbour.
void tend(Context& context, Neighbour& neighbour) noexcept {
    const uint64_t now = context.now_ns;
    switch (neighbour.state) {
        case State::free:
            break;
        case State::known:
            if (neighbour.n_waiting > 0) {
                send_waiting(context, neighbour);
            }
            if (now >= neighbour.used_ns + kUnused) {
                set_state(context.worker, neighbour, State::free);
            } else if (neighbour.used_ns > neighbour.confirmed_ns && now >= neighbour.confirmed_ns + kReachable) {
                set_state(context.worker, neighbour, State::confirming);
                ask(context, neighbour);
            }
            break;
        case State::asking:
        case State::confirming:
            if (now >= neighbour.asked_ns + kRetransmit) {
                repeat(context, neighbour);
            }
            break;
        case State::unreachable:
            if (now >= neighbour.asked_ns + kRetransmit + kGivenUp) {
                set_state(context.worker, neighbour, State::free);
            }
            break;
    }
}

}  // namespace

Neighbour* look_up_neighbour(Context& context, Side side, const api::IpAddress& address) noexcept {
    NeighbourTable& table = context.worker.neighbours;
    Neighbour* neighbour = table.find(side, address);
    if (neighbour == nullptr) {
        neighbour = table.place_for(side, address, context.now_ns);
        if (neighbour == nullptr) {
            return nullptr;
        }
        drop_waiting(context.worker, *neighbour);
        neighbour->side = side;
        neighbour->address = address;
        neighbour->since_ns = context.now_ns;
        set_state(context.worker, *neighbour, State::asking);
        ask(context, *neighbour);
    }
    neighbour->used_ns = context.now_ns;
    return neighbour;
}

void keep_waiting(Context& context, rte_mbuf* packet, Neighbour& neighbour) noexcept {
    WorkerState& worker = context.worker;
    if (neighbour.n_waiting == Neighbour::kMaxWaiting ||
        worker.neighbours.n_waiting == NeighbourTable::kMaxWaiting) {
        context.out.drop(packet, DropReason::neighbour_queue_full);
        return;
    }
    neighbour.waiting[neighbour.n_waiting++] = packet;
    ++worker.packets_staged;
    ++worker.neighbours.n_waiting;
}

void learn_neighbour(Context& context, Side side, const NeighbourMessage& message) noexcept {
    Neighbour* neighbour = context.worker.neighbours.find(side, message.sender);
    if (neighbour == nullptr) {
        return;
    }
    const bool same = neighbour->usable() && neighbour->mac == message.sender_mac;
    if (!same && !is_answer(*neighbour, message)) {
        doubt(context, *neighbour);
        return;
    }
    neighbour->mac = message.sender_mac;
    neighbour->confirmed_ns = context.now_ns;
    if (neighbour->state != State::known) {
        set_state(context.worker, *neighbour, State::known);
        context.worker.retry_staged = true;
        send_waiting(context, *neighbour);
    }
}

void answer_neighbour(Context& context, Side side, const NeighbourMessage& message) noexcept {
    // Everybody is to hear what a probe for an IPv6 address is told (RFC 4861 section 7.2.4); ARP has nobody to tell but
    // who asks.
    const bool to_all = !message.sender.present() && message.target.family == Family::ipv6;
    const NeighbourFrame frame{
        .own_mac = link_of(context, side).own,
        .to_mac = to_all ? MacAddress{} : message.sender_mac,
        .own = message.target,
        .other = message.sender,
    };
    send_message(context, side, frame, false);
}

void tend_neighbours(Context& context) noexcept {
    WorkerState& worker = context.worker;
    for (const Side side : {Side::inside, Side::outside}) {
        bool& is_due = worker.announce[static_cast<size_t>(side)];
        if (is_due && !is_static(link_of(context, side))) {
            announce(context, side);
        }
        is_due = false;
    }
    const std::span<Neighbour> all = worker.neighbours.all();
    const auto n = static_cast<uint32_t>(all.size());
    worker.neighbour_rounds.run(n, context.now_ns, [&](uint32_t index) {
        if (context.out.room() <= kRoomForBurst) {
            return false;
        }
        tend(context, all[index]);
        return true;
    });
}

void forget_neighbours(WorkerState& worker, Side side) noexcept {
    for (Neighbour& neighbour : worker.neighbours.all()) {
        if (neighbour.side == side) {
            drop_waiting(worker, neighbour);
            neighbour.state = State::free;
        }
    }
    worker.neighbours.changed();
}

}  // namespace egret
