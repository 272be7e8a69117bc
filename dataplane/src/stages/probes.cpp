// SPDX-License-Identifier: Apache-2.0
// Outside: open -> [probes] -> decapsulate.
#include "stages/probes.hpp"

#include "stages/parse.hpp"
#include "stages/probe_message.hpp"
#include "stages/tunnel_out.hpp"
#include "tunnel/peer_sessions.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace egret {
namespace {

using api::DropReason;

/// An id the peer cannot guess: it must have received the probe.
uint64_t draw_id(crypto::Random& random) noexcept {
    uint64_t id = 0;
    while (id == 0) {
        std::array<std::byte, sizeof(id)> bytes;
        random.fill(bytes);
        id = std::bit_cast<uint64_t>(bytes);
    }
    return id;
}

/// Turns a probe into its reply, in place.
Fate answer(Context& context, rte_mbuf* packet, PacketMeta& meta, const Probe& probe) noexcept {
    rte_pktmbuf_trim(packet, rte_pktmbuf_data_len(packet));
    char* room = rte_pktmbuf_append(packet, kProbeReplySize);
    if (room == nullptr) {
        return DropReason::no_buffer_room;
    }
    write_probe_reply(
        reinterpret_cast<uint8_t*>(room),
        {.probe = probe, .received_ns = context.now_ns, .observed = meta.outer_source}
    );
    meta.traffic_class = 0;
    return std::nullopt;
}

Fate take_reply(Context& context, const PacketMeta& meta, const ProbeReply& reply) noexcept {
    PeerRuntime& peer = context.worker.peers.at(meta.peer);
    const auto sent = peer.probes != nullptr ? peer.probes->take(reply.probe.id) : std::nullopt;
    if (!sent) {
        return DropReason::probe_unasked;
    }
    peer.round_trip_ns = std::max<uint64_t>(1, context.now_ns - sent->time_ns);  // 0 is unknown
    if (peer.current != nullptr && peer.current->receiver_index == sent->session &&
        meta.outer_source == sent->destination) {
        observe_probed(peer, meta.outer_source.address);
    }
    return std::nullopt;
}

}  // namespace

void send_probe(Context& context, uint16_t slot) noexcept {
    rte_mbuf* packet = rte_pktmbuf_alloc(context.worker.pool);
    if (packet == nullptr) {
        return;
    }
    ++context.worker.counters.generated;
    char* room = rte_pktmbuf_append(packet, kProbeSize);
    if (room == nullptr) {
        context.out.drop(packet, DropReason::no_buffer_room);
        return;
    }
    PeerRuntime& peer = context.worker.peers.at(slot);
    const Probe probe{.id = draw_id(context.worker.random), .time_ns = context.now_ns};
    write_probe(reinterpret_cast<uint8_t*>(room), probe);
    if (peer.probes == nullptr) {
        peer.probes = std::make_unique<SentProbes>();
    }
    peer.last_probe_ns = context.now_ns;
    peer.probes->add(
        {.id = probe.id,
         .time_ns = context.now_ns,
         .session = peer.current->receiver_index,
         .destination = peer.endpoint}
    );
    send_payload(context, packet, slot);
}

void take_probes(Context& context, Burst& burst, PacketList& data) noexcept {
    PacketList payloads;
    PacketList replies;
    for (const uint8_t i : data) {
        rte_mbuf* packet = burst.packets[i];
        PacketMeta& meta = burst.meta[i];
        const std::span<const uint8_t> payload = bytes_of(packet);
        const auto probe = may_be_probe(payload) ? read_probe(payload) : std::nullopt;
        const auto reply = may_be_probe(payload) ? read_probe_reply(payload) : std::nullopt;
        if (!probe && !reply) {
            payloads.push(i);  // what it is decapsulate says
            continue;
        }
        const Fate fate =
            probe ? answer(context, packet, meta, *probe) : take_reply(context, meta, *reply);
        if (fate) {
            context.out.drop(packet, *fate);
        } else if (probe && context.worker.peers.at(meta.peer).can_send(context.now_ns)) {
            replies.push(i);
        } else {
            ++context.worker.counters.consumed;
            rte_pktmbuf_free(packet);
        }
    }
    data = payloads;
    seal(context, burst, replies);
    send_outside(context, burst, replies);
}

}  // namespace egret
