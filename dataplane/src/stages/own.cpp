// SPDX-License-Identifier: Apache-2.0
// Beside the pipelines: what receive, classify and answers leave over comes through here before it is bridged or dropped.
#include "stages/own.hpp"

#include "neighbours/neighbours.hpp"
#include "stages/echo.hpp"
#include "stages/handover.hpp"
#include "stages/parse.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;
using api::Side;

/// Could be for the node itself: no flow's packet, without a tag, on a port where neighbours are looked after. A probe from
/// :: is `malformed` to everybody else.
bool may_be_own(const Context& context, const PacketMeta& meta, Side side) noexcept {
    return (meta.kind == PacketKind::other || meta.kind == PacketKind::malformed) &&
           meta.l3_offset == wire::kEtherSize && !is_static(link_of(context, side)) &&
           !context.snapshot.own_addresses(side).empty();
}

bool is_to(std::span<const uint8_t> frame, const MacAddress& mac) noexcept {
    return frame.size() >= mac.size() && std::equal(mac.begin(), mac.end(), frame.begin());
}

MessageRead read_message(std::span<const uint8_t> frame, NeighbourMessage& message) noexcept {
    const MessageRead read = read_arp(frame, message);
    return read == MessageRead::not_one ? read_neighbour_discovery(frame, message) : read;
}

/// A question about one of the port's addresses.
bool asks_for_own(const Context& context, Side side, const NeighbourMessage& message) noexcept {
    return message.asks && (context.snapshot.is_own(side, message.target) ||
                            message.target == link_local_of(link_of(context, side).own));
}

/// True if a host of the port's networks, or the gateway outside them, could call itself that.
bool is_plausible_sender(Context& context, Side side, const NeighbourMessage& message) noexcept {
    const MacAddress& own_mac = link_of(context, side).own;
    if (message.sender_mac == own_mac) {
        return false;
    }
    if (!message.sender.present()) {
        return message.asks;
    }
    return !context.snapshot.is_own(side, message.sender) &&
           message.sender != link_local_of(own_mac) &&
           (context.snapshot.is_on_link(side, message.sender) ||
            context.worker.neighbours.find(side, message.sender) != nullptr);
}

void consume(Context& context, rte_mbuf* packet) noexcept {
    ++context.worker.counters.consumed;
    rte_pktmbuf_free(packet);
}

}  // namespace

bool hear_neighbour(Context& context, Side side, const NeighbourMessage& message) noexcept {
    const bool plausible = is_plausible_sender(context, side, message);
    if (plausible) {
        learn_neighbour(context, side, message);
    }
    return plausible;
}

bool take_own(Context& context, rte_mbuf* packet, const PacketMeta& meta, Side side) noexcept {
    if (!may_be_own(context, meta, side)) {
        return false;
    }
    const std::span<const uint8_t> frame = bytes_of(packet);
    const bool to_us = is_to(frame, link_of(context, side).own);
    if (to_us && reply_to_echo(context, packet, meta, side)) {
        return true;
    }
    NeighbourMessage message;
    const MessageRead read = read_message(frame, message);
    if (read == MessageRead::not_one) {
        return false;
    }
    const bool plausible = read == MessageRead::readable && hear_neighbour(context, side, message);
    const bool asks = asks_for_own(context, side, message);
    if (read == MessageRead::readable) {
        pass_on(context, side, message);
    }
    // What others may need as well goes on: questions about other hosts, and what is said to everybody.
    if (!to_us && !asks) {
        return false;
    }
    if (!plausible) {
        context.out.drop(packet, DropReason::neighbour_refused);
        return true;
    }
    if (asks) {
        answer_neighbour(context, side, message);
    }
    consume(context, packet);
    return true;
}

}  // namespace egret
