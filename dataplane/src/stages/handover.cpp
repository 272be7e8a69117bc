// SPDX-License-Identifier: Apache-2.0
// Beside the ways of a packet, where a node has several workers:
//
//   inside  -> parse -> [keep_own] -> classify or answers ...
//   outside -> parse -> [keep_own] -> receive -> open -> probes -> decapsulate -> [keep_own_flows] -> accept or present
//   other worker -> [take_over] -> the same from where it was handed over
#include "stages/handover.hpp"

#include "names/dns.hpp"
#include "neighbours/neighbours.hpp"
#include "pipeline.hpp"
#include "stages/own.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/tunnel_out.hpp"
#include "stages/wire.hpp"

#include <egret/crypto/limits.hpp>

#include <array>
#include <utility>

namespace egret {
namespace {

using api::DropReason;
using api::Side;

bool has_ports(const PacketMeta& meta) noexcept {
    return meta.kind == PacketKind::transport || meta.kind == PacketKind::icmp_error;
}

uint8_t owner_of_port(const WorkerState& worker, uint16_t port) noexcept {
    return worker_of_port(port, worker.passages->n_workers());
}

/// A branch's inside holds openers, an edge's answers.
uint8_t owner_inside(const Context& context, const PacketMeta& meta) noexcept {
    const uint16_t port = context.branch() ? meta.key.source_port : meta.key.destination_port;
    return has_ports(meta) ? owner_of_port(context.worker, port) : context.worker.number;
}

/// The worker whose number is in the receiver index of a data message; this one where there is none of that number.
uint8_t
owner_of_message(const Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    const std::span<const uint8_t> frame = bytes_of(packet);
    const size_t at = size_t{meta.l4_offset} + wire::kUdpSize;
    if (frame.size() < at + crypto::kDataHeaderSize || frame[at] != crypto::kMessageData) {
        return context.worker.number;
    }
    const uint8_t owner = api::worker_of(wire::load32_le(frame.data() + at + 4));
    return owner < context.worker.passages->n_workers() ? owner : context.worker.number;
}

/// Of what is not for the tunnel only DNS answers have an owner: who saw the question.
uint8_t owner_outside(const Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    if (is_for_tunnel(context, meta)) {
        return owner_of_message(context, packet, meta);
    }
    const bool dns = context.branch() && context.tables().learn_names &&
                     meta.kind == PacketKind::transport && meta.protocol == wire::kUdp &&
                     meta.key.source_port == names::kDnsPort;
    return dns ? owner_of_port(context.worker, meta.key.destination_port) : context.worker.number;
}

void hand_over(Context& context, uint8_t owner, const HandedPacket& handed) noexcept {
    WorkerState& worker = context.worker;
    if (!worker.passages->between(worker.number, owner).packets.push(handed)) {
        context.out.drop(handed.packet, DropReason::worker_queue_full);
        return;
    }
    ++worker.counters.handed_over;
    worker.handed_to |= uint64_t{1} << owner;
}

/// The next worker whose packets wait, in turn; nullptr if none do.
Passage* next_passage(WorkerState& worker) noexcept {
    const uint8_t n = worker.passages->n_workers();
    for (uint8_t tried = 0; tried < n; ++tried) {
        worker.next_giver = static_cast<uint8_t>((worker.next_giver + 1) % n);
        Passage& passage = worker.passages->between(worker.next_giver, worker.number);
        if (!passage.packets.empty()) {
            return &passage;
        }
    }
    return nullptr;
}

/// The notes parse and decapsulate would have left.
void note_opened(const HandedPacket& handed, PacketMeta& meta) noexcept {
    meta.flow = nullptr;
    meta.forward = true;
    meta.vlan = 0;
    parse_packet(bytes_of(handed.packet), 0, meta);
    meta.peer = handed.peer;
    meta.claim = handed.claim;
    meta.header_carry = handed.header_carry;
    meta.outer_source = handed.outer_source;
}

void go_on_opened(Context& context, Burst& burst) noexcept {
    PacketList data;
    for (uint8_t i = 0; i < burst.n; ++i) {
        data.push(i);
    }
    context.branch() ? accept(context, burst, data) : present(context, burst, data);
}

/// Hears what the other workers have to say: neighbours, names, sessions that let staged packets leave.
void hear_news(Context& context) noexcept {
    WorkerState& worker = context.worker;
    for (uint8_t from = 0; from < worker.passages->n_workers(); ++from) {
        Passage& passage = worker.passages->between(from, worker.number);
        for (NeighbourNews news; passage.neighbours.pop(news);) {
            hear_neighbour(context, news.side, news.message);
        }
        for (names::NameNews news; passage.names.pop(news);) {
            worker.names.take(news);
        }
    }
    const uint64_t changes = worker.passages->peer_changes.load(std::memory_order_acquire);
    if (changes != std::exchange(worker.peer_changes_seen, changes) && worker.packets_staged > 0) {
        worker.retry_staged = true;
    }
    flush_confirmed(context);
}

void go_on(Context& context, Burst& burst, HandedAt at) noexcept {
    switch (at) {
        case HandedAt::inside:
            return context.branch() ? branch_outbound(context, burst)
                                    : edge_outbound(context, burst);
        case HandedAt::outside:
            return context.branch() ? branch_inbound(context, burst) : edge_inbound(context, burst);
        case HandedAt::opened:
            return go_on_opened(context, burst);
    }
}

}  // namespace

void keep_own(Context& context, Burst& burst, Side side) noexcept {
    if (context.worker.passages == nullptr) {
        return;
    }
    uint16_t kept = 0;
    for (uint16_t i = 0; i < burst.n; ++i) {
        rte_mbuf* packet = burst.packets[i];
        const PacketMeta& meta = burst.meta[i];
        const bool inside = side == Side::inside;
        const uint8_t owner =
            inside ? owner_inside(context, meta) : owner_outside(context, packet, meta);
        if (owner != context.worker.number) {
            HandedPacket handed;
            handed.packet = packet;
            handed.at = inside ? HandedAt::inside : HandedAt::outside;
            hand_over(context, owner, handed);
            continue;
        }
        if (kept != i) {
            burst.packets[kept] = packet;
            burst.meta[kept] = meta;
        }
        ++kept;
    }
    burst.n = kept;
}

void keep_own_flows(Context& context, Burst& burst, PacketList& data) noexcept {
    if (context.worker.passages == nullptr) {
        return;
    }
    PacketList own;
    for (const uint8_t i : data) {
        const PacketMeta& meta = burst.meta[i];
        // Out of the tunnel come a branch's answers and an edge's openers.
        const uint8_t owner = owner_of_port(
            context.worker,
            context.branch() ? meta.key.destination_port : meta.key.source_port
        );
        if (owner == context.worker.number) {
            own.push(i);
            continue;
        }
        const HandedPacket handed{
            .packet = burst.packets[i],
            .at = HandedAt::opened,
            .header_carry = meta.header_carry,
            .peer = meta.peer,
            .claim = meta.claim,
            .outer_source = meta.outer_source,
        };
        hand_over(context, owner, handed);
    }
    data = own;
}

uint16_t take_over(Context& context, Burst& burst) noexcept {
    WorkerState& worker = context.worker;
    if (worker.passages == nullptr) {
        return 0;
    }
    hear_news(context);
    if (context.out.room() < BurstOutput::kTransmitCapacity / 2) {
        return 1;  // staged packets took the room; there may be more to do
    }
    Passage* passage = next_passage(worker);
    if (passage == nullptr) {
        return 0;
    }
    std::array<HandedPacket, kBurstSize> handed;
    uint16_t n = 0;
    while (n < kBurstSize && passage->packets.pop(handed[n])) {
        ++n;
    }
    worker.counters.taken_over += n;
    for (const HandedAt at : {HandedAt::inside, HandedAt::outside, HandedAt::opened}) {
        burst.n = 0;
        for (uint16_t i = 0; i < n; ++i) {
            if (handed[i].at != at) {
                continue;
            }
            burst.packets[burst.n] = handed[i].packet;
            if (at == HandedAt::opened) {
                note_opened(handed[i], burst.meta[burst.n]);
            }
            ++burst.n;
        }
        if (burst.n > 0) {
            go_on(context, burst, at);
        }
    }
    flush_confirmed(context);
    return n;
}

void pass_on(Context& context, Side side, const NeighbourMessage& message) noexcept {
    WorkerState& worker = context.worker;
    if (worker.passages == nullptr) {
        return;
    }
    for (uint8_t to = 0; to < worker.passages->n_workers(); ++to) {
        if (to != worker.number) {
            // A full passage loses it: who asked asks again.
            static_cast<void>(
                worker.passages->between(worker.number, to).neighbours.push({side, message})
            );
        }
    }
}

}  // namespace egret
