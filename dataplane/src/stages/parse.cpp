// SPDX-License-Identifier: Apache-2.0
// First stage of every pipeline. Everything behind it trusts PacketMeta, so every offset is checked here and nowhere else.
#include "stages/parse.hpp"

#include "stages/ip_headers.hpp"
#include "stages/wire.hpp"

#include <rte_prefetch.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace egret {
namespace {

using Bytes = std::span<const uint8_t>;

/// What to read of a transport header.
struct Transport {
    uint8_t header_size = 0;  ///< below it the header is cut off; 0: this protocol has no ports
    uint8_t flags_at = 0;
    uint8_t flags_mask = 0;  ///< 0: it has no flags
};

/// By IP protocol. TCP or UDP is as good as random from packet to packet: looked up, as a branch would be mispredicted.
constexpr auto kTransports = [] {
    std::array<Transport, 256> transports{};
    transports[wire::kTcp] = {wire::kTcpSize, 13, 0xff};
    transports[wire::kUdp] = {wire::kUdpSize, 0, 0};
    return transports;
}();

/// Errors about one packet. A redirect is no such thing: it comes from the next hop or not at all, and must not reach a LAN
/// out of a tunnel; source quench is deprecated (RFC 6633).
bool is_error_type(api::Family family, uint8_t type) noexcept {
    if (family == api::Family::ipv6) {
        // RFC 4443 section 2.1: unreachable, too big, time exceeded, parameter problem
        return type >= 1 && type <= 4;
    }
    return type == 3 || type == 11 || type == 12;  // RFC 792: the same four
}

void set_addresses(Bytes bytes, uint16_t l3_offset, api::Family family, FlowKey& key) noexcept {
    const bool ipv4 = family == api::Family::ipv4;
    const uint8_t* source =
        bytes.data() + l3_offset + (ipv4 ? wire::kIpv4Source : wire::kIpv6Source);
    const size_t size = ipv4 ? 4 : 16;
    key = {};
    key.family = family;
    wire::copy_address(key.source.data(), source, size);
    wire::copy_address(key.destination.data(), source + size, size);
}

void set_ports(const uint8_t* transport, uint8_t protocol, FlowKey& key) noexcept {
    key.protocol = protocol;
    key.source_port = wire::load16(transport);
    key.destination_port = wire::load16(transport + 2);
}

/// Reads the packet an ICMP error quotes; the error belongs to the flow whose packet it was, so the key is turned round.
/// Leaves the kind `other` where the quote is no TCP or UDP packet with its ports.
void parse_quote(Bytes bytes, uint16_t offset, uint32_t end, PacketMeta& meta) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    if (end < offset + uint32_t{ipv4 ? wire::kIpv4Size : wire::kIpv6Size}) {
        return;
    }
    const uint8_t* ip = bytes.data() + offset;
    TransportPlace place;
    if (ipv4) {
        const auto header_size = static_cast<uint16_t>((ip[0] & 0x0f) * 4);
        const bool later_fragment = (wire::load16(ip + 6) & 0x1fff) != 0;
        if (ip[0] >> 4 != 4 || header_size < wire::kIpv4Size || later_fragment) {
            return;
        }
        place = {PacketKind::transport, ip[9], static_cast<uint16_t>(offset + header_size)};
    } else {
        if (ip[0] >> 4 != 6) {
            return;
        }
        place = skip_extension_headers(
            bytes,
            static_cast<uint16_t>(offset + wire::kIpv6Size),
            end,
            ip[6]
        );
    }
    // RFC 792 promises eight bytes of the quoted payload: both ports and a UDP checksum.
    if (place.kind != PacketKind::transport || kTransports[place.protocol].header_size == 0 ||
        end < place.offset + 8U) {
        return;
    }
    FlowKey quoted;
    set_addresses(bytes, offset, meta.family, quoted);
    set_ports(bytes.data() + place.offset, place.protocol, quoted);
    meta.key = quoted.reversed();
    meta.quote_l3_offset = offset;
    meta.quote_l4_offset = place.offset;
    meta.kind = PacketKind::icmp_error;
}

// No host has such an address, so no packet with it as source can be answered (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5
// and 2.7): multicast, loopback, unspecified.

bool is_impossible_ipv4(uint8_t first_byte) noexcept {
    return first_byte == 0 || first_byte == 127 || first_byte >> 4 >= 0xe;
}

bool is_impossible_ipv6(const std::array<uint8_t, 16>& bytes) noexcept {
    const bool zeros =
        std::all_of(bytes.begin(), bytes.end() - 1, [](uint8_t byte) { return byte == 0; });
    return bytes[0] == 0xff || (zeros && bytes[15] <= 1);
}

void parse_transport(Bytes bytes, TransportPlace place, uint32_t end, PacketMeta& meta) noexcept {
    const uint8_t icmp = meta.family == api::Family::ipv4 ? wire::kIcmp : wire::kIcmpv6;
    meta.protocol = place.protocol;
    meta.l4_offset = place.offset;
    const Transport wanted = kTransports[place.protocol];
    if (wanted.header_size != 0) {
        if (end < place.offset + uint32_t{wanted.header_size}) {
            meta.kind = PacketKind::unreachable;
            return;
        }
        const uint8_t* transport = bytes.data() + place.offset;
        set_ports(transport, place.protocol, meta.key);
        meta.tcp_flags = transport[wanted.flags_at] & wanted.flags_mask;
        meta.kind = PacketKind::transport;
    } else if (
        place.protocol == icmp && end >= place.offset + uint32_t{wire::kIcmpSize} &&
        is_error_type(meta.family, bytes[place.offset])
    ) {
        parse_quote(bytes, static_cast<uint16_t>(place.offset + wire::kIcmpSize), end, meta);
    }
}

void parse_ipv4(Bytes bytes, uint16_t l3_offset, PacketMeta& meta) noexcept {
    const uint8_t* ip = bytes.data() + l3_offset;
    const size_t available = bytes.size() - l3_offset;
    const auto header_size = static_cast<uint16_t>((ip[0] & 0x0f) * 4);
    meta.ip_size = wire::load16(ip + 2);
    meta.traffic_class = ip[1];
    set_addresses(bytes, l3_offset, api::Family::ipv4, meta.key);
    if (header_size < wire::kIpv4Size || meta.ip_size < header_size || meta.ip_size > available ||
        is_impossible_ipv4(ip[wire::kIpv4Source])) {
        meta.kind = PacketKind::malformed;
        return;
    }
    if ((wire::load16(ip + 6) & 0x3fff) != 0) {  // more fragments follow, or this is not the first
        meta.kind = PacketKind::fragment;
        return;
    }
    if (header_size > wire::kIpv4Size &&
        is_source_routed({ip + wire::kIpv4Size, ip + header_size})) {
        meta.kind = PacketKind::unreachable;
        return;
    }
    const TransportPlace place{
        PacketKind::transport,
        ip[9],
        static_cast<uint16_t>(l3_offset + header_size)};
    parse_transport(bytes, place, l3_offset + uint32_t{meta.ip_size}, meta);
}

void parse_ipv6(Bytes bytes, uint16_t l3_offset, PacketMeta& meta) noexcept {
    const uint8_t* ip = bytes.data() + l3_offset;
    const size_t available = bytes.size() - l3_offset;
    const uint32_t ip_size = wire::kIpv6Size + uint32_t{wire::load16(ip + 4)};
    meta.traffic_class = static_cast<uint8_t>(wire::load16(ip) >> 4);
    set_addresses(bytes, l3_offset, api::Family::ipv6, meta.key);
    if (ip_size > available || ip_size > UINT16_MAX || is_impossible_ipv6(meta.key.source)) {
        meta.kind = PacketKind::malformed;
        return;
    }
    meta.ip_size = static_cast<uint16_t>(ip_size);
    const uint32_t end = l3_offset + ip_size;
    const TransportPlace place = skip_extension_headers(
        bytes,
        static_cast<uint16_t>(l3_offset + wire::kIpv6Size),
        end,
        ip[6]
    );
    if (place.kind != PacketKind::transport) {
        meta.kind = place.kind;
        return;
    }
    parse_transport(bytes, place, end, meta);
}

/// What nearly every packet is: IPv4 without options, whole, with a whole TCP or UDP header. Anything else is false, and for
/// the functions above, which say what is wrong with it; they would come to the same, at three times the price.
bool parse_plain_ipv4(Bytes bytes, uint16_t l3_offset, PacketMeta& meta) noexcept {
    if (bytes.size() < l3_offset + size_t{wire::kIpv4Size + wire::kUdpSize}) {
        return false;
    }
    const uint8_t* ip = bytes.data() + l3_offset;
    const uint8_t* transport = ip + wire::kIpv4Size;
    const Transport wanted = kTransports[ip[9]];
    const uint16_t ip_size = wire::load16(ip + 2);
    const bool fits =
        ip_size >= wire::kIpv4Size + wanted.header_size && ip_size <= bytes.size() - l3_offset;
    if (ip[0] != 0x45 || !fits || wanted.header_size == 0 || (wire::load16(ip + 6) & 0x3fff) != 0 ||
        is_impossible_ipv4(ip[wire::kIpv4Source])) {
        return false;
    }
    meta.kind = PacketKind::transport;
    meta.family = api::Family::ipv4;
    meta.protocol = ip[9];
    meta.tcp_flags = transport[wanted.flags_at] & wanted.flags_mask;
    meta.traffic_class = ip[1];
    meta.l3_offset = l3_offset;
    meta.l4_offset = static_cast<uint16_t>(l3_offset + wire::kIpv4Size);
    meta.ip_size = ip_size;
    meta.key = {};
    meta.key.family = api::Family::ipv4;
    std::memcpy(meta.key.source.data(), ip + wire::kIpv4Source, 4);
    std::memcpy(meta.key.destination.data(), ip + wire::kIpv4Destination, 4);
    set_ports(transport, ip[9], meta.key);
    return true;
}

}  // namespace

void parse_packet(Bytes bytes, uint16_t l3_offset, PacketMeta& meta) noexcept {
    if (parse_plain_ipv4(bytes, l3_offset, meta)) {
        return;
    }
    meta.kind = PacketKind::other;
    meta.family = api::Family::none;
    meta.protocol = 0;
    meta.tcp_flags = 0;
    meta.traffic_class = 0;
    meta.l3_offset = l3_offset;
    meta.ip_size = 0;
    const size_t available = bytes.size() > l3_offset ? bytes.size() - l3_offset : 0;
    const unsigned version = available == 0 ? 0 : bytes[l3_offset] >> 4;
    if (version == 4 && available >= wire::kIpv4Size) {
        meta.family = api::Family::ipv4;
        parse_ipv4(bytes, l3_offset, meta);
    } else if (version == 6 && available >= wire::kIpv6Size) {
        meta.family = api::Family::ipv6;
        parse_ipv6(bytes, l3_offset, meta);
    } else {
        meta.key = {};
    }
}

void parse_frame(Bytes frame, PacketMeta& meta) noexcept {
    meta.vlan = 0;
    size_t offset = wire::kEtherSize;
    uint16_t type = frame.size() >= offset ? wire::load16(frame.data() + 12) : 0;
    if (type == wire::kEtherIpv4 && parse_plain_ipv4(frame, wire::kEtherSize, meta)) {
        return;
    }
    for (int tags = 0; tags < 2 && (type == wire::kEtherVlan || type == wire::kEtherQinq); ++tags) {
        if (frame.size() < offset + wire::kVlanSize) {
            type = 0;
            break;
        }
        if (tags == 0) {
            meta.vlan = wire::load16(frame.data() + offset) & 0x0fff;
        }
        type = wire::load16(frame.data() + offset + 2);
        offset += wire::kVlanSize;
    }
    // The EtherType and the version field must agree: a host looks at the type first.
    const unsigned version = type == wire::kEtherIpv4 ? 4 : type == wire::kEtherIpv6 ? 6 : 0;
    const bool ip = version != 0 && frame.size() > offset && frame[offset] >> 4 == version;
    parse_packet(ip ? frame : Bytes{}, static_cast<uint16_t>(offset), meta);
}

void parse(Burst& burst) noexcept {
    // A few packets ahead: long enough to be there in time, short enough to be there still.
    constexpr uint16_t kAhead = 4;
    for (uint16_t i = 0; i < burst.n; ++i) {
        rte_prefetch0(burst.packets[i]);
    }
    for (uint16_t i = 0; i < std::min(kAhead, burst.n); ++i) {
        rte_prefetch0(rte_pktmbuf_mtod(burst.packets[i], const void*));
    }
    for (uint16_t i = 0; i < burst.n; ++i) {
        if (i + kAhead < burst.n) {
            rte_prefetch0(rte_pktmbuf_mtod(burst.packets[i + kAhead], const void*));
        }
        burst.meta[i].flow = nullptr;
        burst.meta[i].forward = true;
        parse_frame(bytes_of(burst.packets[i]), burst.meta[i]);
    }
}

}  // namespace egret
