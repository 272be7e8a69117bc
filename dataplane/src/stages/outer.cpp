// SPDX-License-Identifier: Apache-2.0
// Both roles, last stage before the outside port: claim -> seal -> [outer].
#include "stages/link.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_out.hpp"
#include "stages/wire.hpp"
#include "tunnel/peer_timers.hpp"

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;
using api::Family;

constexpr uint8_t kOuterTtl = 64;
constexpr uint16_t kDontFragment = 0x4000;

/// The most headers a packet gets in front, against what an mbuf keeps free there.
constexpr uint16_t kLargestHeaders = wire::kEtherSize   // link
                                     + wire::kIpv6Size  // outer IP, the larger family
                                     + wire::kUdpSize + crypto::kDataHeaderSize +
                                     24;  // Egret header with an IPv6 origin
static_assert(kLargestHeaders <= RTE_PKTMBUF_HEADROOM, "outer headers must fit the headroom");

uint16_t ip_size(Family family) noexcept {
    return family == Family::ipv4 ? wire::kIpv4Size : wire::kIpv6Size;
}

/// Ethernet, IP and UDP headers.
uint16_t outer_size(Family family) noexcept {
    return static_cast<uint16_t>(wire::kEtherSize + ip_size(family) + wire::kUdpSize);
}

void write_udp(uint8_t* at, uint16_t source, uint16_t destination, uint16_t size) noexcept {
    wire::store16(at, source);
    wire::store16(at + 2, destination);
    wire::store16(at + 4, size);
    wire::store16(at + 6, 0);  // IPv4: the content is authenticated, RFC 768 allows none
}

/// RFC 8200 section 8.1: over IPv6 a UDP checksum is required.
void write_ipv6_udp_checksum(uint8_t* ip, uint8_t* udp, uint16_t udp_size) noexcept {
    const uint64_t sum = wire::sum_words(ip + wire::kIpv6Source, 32) + udp_size + wire::kUdp +
                         wire::sum_words(udp, udp_size);
    const auto checksum = static_cast<uint16_t>(~wire::fold(sum));
    wire::store16(udp + wire::kUdpChecksum, checksum == 0 ? 0xffff : checksum);
}

void write_ipv4(
    uint8_t* at,
    const api::IpAddress& from,
    const api::IpAddress& to,
    uint16_t size,
    uint8_t tos
) noexcept {
    at[0] = 0x45;
    at[1] = tos;
    wire::store16(at + 2, size);
    wire::store16(at + 4, 0);  // an atomic datagram needs no identification (RFC 6864)
    wire::store16(at + 6, kDontFragment);
    at[8] = kOuterTtl;
    at[9] = wire::kUdp;
    wire::store16(at + wire::kIpv4Checksum, 0);
    std::copy_n(from.bytes.begin(), 4, at + wire::kIpv4Source);
    std::copy_n(to.bytes.begin(), 4, at + wire::kIpv4Destination);
    wire::store16(
        at + wire::kIpv4Checksum,
        static_cast<uint16_t>(~wire::fold(wire::sum_words(at, wire::kIpv4Size)))
    );
}

void write_ipv6(
    uint8_t* at,
    const api::IpAddress& from,
    const api::IpAddress& to,
    uint16_t payload_size,
    uint8_t traffic_class
) noexcept {
    wire::store32(at, 6U << 28 | uint32_t{traffic_class} << 20);
    wire::store16(at + 4, payload_size);
    at[6] = wire::kUdp;
    at[7] = kOuterTtl;
    std::copy(from.bytes.begin(), from.bytes.end(), at + wire::kIpv6Source);
    std::copy(to.bytes.begin(), to.bytes.end(), at + wire::kIpv6Destination);
}

/// Puts UDP and IP headers in front, and room for Ethernet's. False: the packet was dropped.
bool put_outer(
    Context& context,
    rte_mbuf* packet,
    const api::Endpoint& destination,
    uint8_t traffic_class
) noexcept {
    const Family family = destination.address.family;
    if (const Fate fate = check_outer(context, packet, 0, family)) {
        context.out.drop(packet, *fate);
        return false;
    }
    const api::IpAddress& source = context.snapshot.outside_address(family);
    const auto udp_size = static_cast<uint16_t>(rte_pktmbuf_data_len(packet) + wire::kUdpSize);
    char* front = rte_pktmbuf_prepend(packet, outer_size(family));
    // check_outer saw to it, but nobody has to believe that.
    if (front == nullptr) {
        context.out.drop(packet, DropReason::no_buffer_room);
        return false;
    }
    uint8_t* ip = reinterpret_cast<uint8_t*>(front) + wire::kEtherSize;
    uint8_t* udp = ip + ip_size(family);
    write_udp(udp, context.tables().listen_port, destination.port, udp_size);
    if (family == Family::ipv4) {
        const auto size = static_cast<uint16_t>(wire::kIpv4Size + udp_size);
        write_ipv4(ip, source, destination.address, size, traffic_class);
    } else {
        write_ipv6(ip, source, destination.address, udp_size, traffic_class);
        write_ipv6_udp_checksum(ip, udp, udp_size);
    }
    return true;
}

}  // namespace

uint16_t max_payload(const Context& context, Family outer) noexcept {
    const uint32_t mtu = context.tables().ports[context.snapshot.outside_port].mtu_bytes;
    return static_cast<uint16_t>(mtu - ip_size(outer) - wire::kUdpSize - crypto::kDataMinSize);
}

Fate check_outer(
    const Context& context,
    const rte_mbuf* packet,
    uint16_t front,
    Family family
) noexcept {
    if (!context.snapshot.outside_address(family).present()) {
        return DropReason::no_endpoint;
    }
    return rte_pktmbuf_headroom(packet) < front + outer_size(family)
               ? Fate(DropReason::no_buffer_room)
               : Fate();
}

void send_datagram(
    Context& context,
    rte_mbuf* packet,
    const api::Endpoint& destination,
    uint8_t traffic_class
) noexcept {
    if (put_outer(context, packet, destination, traffic_class)) {
        send_to(context, packet, api::Side::outside, destination.address);
    }
}

void send_outside(Context& context, Burst& burst, PacketList& tunnel) noexcept {
    for (const uint8_t i : tunnel) {
        rte_mbuf* packet = burst.packets[i];
        PacketMeta& meta = burst.meta[i];
        PeerRuntime& peer = context.worker.peers.at(meta.peer);
        const uint16_t size = rte_pktmbuf_data_len(burst.packets[i]);
        note_sent(peer, size > crypto::kDataMinSize, context.now_ns);
        ++peer.packets_sent;
        peer.bytes_sent += size;
        // RFC 6040 section 4.1: the outer ECN field is a copy of the inner one; DSCP likewise (RFC 2983, uniform).
        if (put_outer(context, packet, peer.endpoint, meta.traffic_class)) {
            send_to_peer(context, packet, peer);
        }
    }
    tunnel.n = 0;
}

}  // namespace egret
