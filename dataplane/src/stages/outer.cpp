// SPDX-License-Identifier: Apache-2.0
// Both roles, last stage before the outside port: claim -> seal -> [outer].
#include "stages/link.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_out.hpp"
#include "stages/wire.hpp"
#include "tunnel/peer_timers.hpp"

namespace egret {
namespace {

using api::DropReason;
using api::Family;

/// The most headers a packet gets in front, against what an mbuf keeps free there.
constexpr uint16_t kLargestHeaders = wire::kEtherSize   // link
                                     + wire::kIpv6Size  // outer IP, the larger family
                                     + wire::kUdpSize + crypto::kDataHeaderSize +
                                     24;  // Egret header with an IPv6 origin
static_assert(kLargestHeaders <= RTE_PKTMBUF_HEADROOM, "outer headers must fit the headroom");

uint16_t ip_size(Family family) noexcept {
    return family == Family::ipv4 ? wire::kIpv4Size : wire::kIpv6Size;
}

/// False: the packet had no room for the headers and was dropped.
bool put_outer(
    Context& context,
    rte_mbuf* packet,
    const OuterHeader& outer,
    uint8_t traffic_class
) noexcept {
    const uint16_t payload = rte_pktmbuf_data_len(packet);
    uint8_t* front = add_front(packet, outer.size_bytes());
    if (front == nullptr) {
        context.out.drop(packet, DropReason::no_buffer_room);
        return false;
    }
    outer.write(front, payload, traffic_class);
    return true;
}

}  // namespace

uint16_t max_payload(const Context& context, Family outer) noexcept {
    const uint32_t mtu = context.tables().ports[context.snapshot.outside_port].mtu_bytes;
    return static_cast<uint16_t>(mtu - ip_size(outer) - wire::kUdpSize - crypto::kDataMinSize);
}

void send_datagram(
    Context& context,
    rte_mbuf* packet,
    const api::Endpoint& destination,
    uint8_t traffic_class
) noexcept {
    const api::IpAddress& source = context.snapshot.outside_address(destination.address.family);
    if (!source.present()) {
        context.out.drop(packet, DropReason::no_endpoint);
        return;
    }
    const OuterHeader outer(source, context.tables().listen_port, destination);
    if (put_outer(context, packet, outer, traffic_class)) {
        send_to(context, packet, api::Side::outside, destination.address);
    }
}

void send_outside(Context& context, Burst& burst, PacketList& tunnel) noexcept {
    for (const uint8_t i : tunnel) {
        const PacketMeta& meta = burst.meta[i];
        const Departure& departure = burst.departures[meta.departure];
        // RFC 6040 section 4.1: the outer ECN field is a copy of the inner one; DSCP likewise (RFC 2983, uniform).
        if (put_outer(context, burst.packets[i], departure.outer, meta.traffic_class)) {
            context.transmit(burst.packets[i], api::Side::outside);
        }
    }
    for (uint16_t i = 0; i < burst.n_departures; ++i) {
        const Departure& departure = burst.departures[i];
        if (departure.keys == Keys::ready && departure.n > 0) {
            PeerRuntime& peer = context.worker.peers.at(departure.peer);
            note_sent(peer, departure.has_data, context.now_ns);
            peer.packets_sent += departure.n;
            peer.bytes_sent += departure.bytes;
        }
    }
    tunnel.n = 0;
}

}  // namespace egret
