// SPDX-License-Identifier: Apache-2.0
// Beside seal: packets that wait for their peer's first session, or for the MAC address of the next hop. They have no counter
// yet, so waiting costs nothing but room.
#include "stages/egret_header.hpp"
#include "stages/link.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_out.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

/// DSCP and ECN of the IP packet in a payload that waited; its notes are gone. Keepalives and probes hold none.
uint8_t traffic_class_of(std::span<const uint8_t> payload) noexcept {
    api::IpAddress claimed;
    const std::span<const uint8_t> ip = payload.subspan(read_egret_header(payload, claimed));
    const unsigned version = ip.size() < wire::kIpv4Size ? 0 : ip[0] >> 4;
    return version == 4   ? ip[1]
           : version == 6 ? static_cast<uint8_t>(wire::load16(ip.data()) >> 4)
                          : uint8_t{0};
}

/// Seals and sends staged packets of a peer; at most a burst.
void send_staged(Context& context, uint16_t slot, std::span<rte_mbuf* const> packets) noexcept {
    Burst burst;
    PacketList list;
    for (rte_mbuf* packet : packets) {
        PacketMeta& meta = burst.meta[burst.n];
        meta.peer = slot;
        meta.traffic_class = traffic_class_of(bytes_of(packet));
        burst.packets[burst.n] = packet;
        list.push(burst.n++);
    }
    seal(context, burst, list);
    send_outside(context, burst, list);
}

/// Neither can what is staged leave, nor is it hopeless.
bool must_wait(Context& context, PeerRuntime& peer) noexcept {
    if (!peer.can_send(context.now_ns)) {
        return peer.state != api::PeerState::down;
    }
    const Reach reach = reach_peer(context, peer);
    return reach == Reach::asking || reach == Reach::crowded;
}

}  // namespace

void send_payload(Context& context, rte_mbuf* payload, uint16_t slot) noexcept {
    Burst burst;
    PacketList list;
    burst.n = 1;
    burst.packets[0] = payload;
    burst.meta[0].peer = slot;
    burst.meta[0].traffic_class = 0;
    list.push(0);
    seal(context, burst, list);
    send_outside(context, burst, list);
}

Fate stage_packet(Context& context, rte_mbuf* packet, uint16_t slot) noexcept {
    PeerRuntime& peer = context.worker.peers.at(slot);
    if (peer.n_staged == PeerRuntime::kMaxStaged) {
        return api::DropReason::staging_full;
    }
    if (peer.staged == nullptr) {
        peer.staged = std::make_unique<std::array<rte_mbuf*, PeerRuntime::kMaxStaged>>();
    }
    (*peer.staged)[peer.n_staged++] = packet;
    ++context.worker.packets_staged;
    return std::nullopt;
}

bool flush_staged(Context& context, uint16_t slot) noexcept {
    PeerRuntime& peer = context.worker.peers.at(slot);
    if (peer.n_staged == 0 || must_wait(context, peer)) {
        return true;
    }
    const uint16_t n = std::min<uint16_t>(peer.n_staged, context.out.room());
    std::array<rte_mbuf*, PeerRuntime::kMaxStaged> leaving;
    std::copy_n(peer.staged->begin(), n, leaving.begin());
    std::copy(peer.staged->begin() + n, peer.staged->begin() + peer.n_staged, peer.staged->begin());
    peer.n_staged = static_cast<uint16_t>(peer.n_staged - n);
    context.worker.packets_staged -= n;
    for (uint16_t done = 0; done < n;) {
        const auto take = std::min<uint16_t>(kBurstSize, static_cast<uint16_t>(n - done));
        send_staged(context, slot, std::span(leaving).subspan(done, take));
        done = static_cast<uint16_t>(done + take);
    }
    return peer.n_staged == 0;
}

void flush_confirmed(Context& context) noexcept {
    WorkerState& worker = context.worker;
    uint16_t waiting = 0;
    for (uint16_t i = 0; i < worker.n_confirmed; ++i) {
        if (!flush_staged(context, worker.confirmed[i])) {
            worker.confirmed[waiting++] = worker.confirmed[i];
        }
    }
    worker.n_confirmed = waiting;
    if (!worker.retry_staged) {
        return;
    }
    worker.retry_staged = false;
    for (uint16_t slot = 0; slot < worker.peers.size(); ++slot) {
        if (worker.peers.at(slot).n_staged > 0 && !flush_staged(context, slot)) {
            worker.retry_staged = true;
        }
    }
}

}  // namespace egret
