// SPDX-License-Identifier: Apache-2.0
// First stage of every pipeline. Everything behind it trusts PacketMeta, so every offset is checked here and nowhere else.
#include "stages/parse.hpp"

#include "stages/ip_headers.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

using Bytes = std::span<const uint8_t>;

/// Header sizes below which a transport header is "cut off".
uint16_t transport_header_size(uint8_t protocol) noexcept {
    return protocol == wire::kTcp ? wire::kTcpSize : wire::kUdpSize;
}

bool has_ports(uint8_t protocol) noexcept {
    return protocol == wire::kTcp || protocol == wire::kUdp;
}

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
    key.family = family;
    key.source = {};
    key.destination = {};
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
    if (place.kind != PacketKind::transport || !has_ports(place.protocol) ||
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

/// No host has such an address, so no packet with it as source can be answered (RFC 1122 section 3.2.1.3, RFC 4291
/// section 2.5 and 2.7): multicast, loopback, unspecified.
bool is_impossible_source(const FlowKey& key) noexcept {
    const auto& bytes = key.source;
    if (key.family == api::Family::ipv4) {
        return bytes[0] == 0 || bytes[0] == 127 || bytes[0] >> 4 >= 0xe;
    }
    const bool zeros =
        std::all_of(bytes.begin(), bytes.end() - 1, [](uint8_t byte) { return byte == 0; });
    return bytes[0] == 0xff || (zeros && bytes[15] <= 1);
}

void parse_transport(Bytes bytes, TransportPlace place, uint32_t end, PacketMeta& meta) noexcept {
    const uint8_t icmp = meta.family == api::Family::ipv4 ? wire::kIcmp : wire::kIcmpv6;
    meta.protocol = place.protocol;
    meta.l4_offset = place.offset;
    if (has_ports(place.protocol)) {
        if (end < place.offset + uint32_t{transport_header_size(place.protocol)}) {
            meta.kind = PacketKind::unreachable;
            return;
        }
        const uint8_t* transport = bytes.data() + place.offset;
        set_ports(transport, place.protocol, meta.key);
        meta.tcp_flags = place.protocol == wire::kTcp ? transport[13] : 0;
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
        is_impossible_source(meta.key)) {
        meta.kind = PacketKind::malformed;
        return;
    }
    if ((wire::load16(ip + 6) & 0x3fff) != 0) {  // more fragments follow, or this is not the first
        meta.kind = PacketKind::fragment;
        return;
    }
    if (is_source_routed({ip + wire::kIpv4Size, ip + header_size})) {
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
    if (ip_size > available || ip_size > UINT16_MAX || is_impossible_source(meta.key)) {
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

}  // namespace

void parse_packet(Bytes bytes, uint16_t l3_offset, PacketMeta& meta) noexcept {
    meta.kind = PacketKind::other;
    meta.family = api::Family::none;
    meta.protocol = 0;
    meta.tcp_flags = 0;
    meta.traffic_class = 0;
    meta.l3_offset = l3_offset;
    meta.ip_size = 0;
    meta.key = {};
    if (bytes.size() <= l3_offset) {
        return;
    }
    const size_t available = bytes.size() - l3_offset;
    const unsigned version = bytes[l3_offset] >> 4;
    if (version == 4 && available >= wire::kIpv4Size) {
        meta.family = api::Family::ipv4;
        parse_ipv4(bytes, l3_offset, meta);
    } else if (version == 6 && available >= wire::kIpv6Size) {
        meta.family = api::Family::ipv6;
        parse_ipv6(bytes, l3_offset, meta);
    }
}

void parse_frame(Bytes frame, PacketMeta& meta) noexcept {
    meta.vlan = 0;
    size_t offset = wire::kEtherSize;
    uint16_t type = frame.size() >= offset ? wire::load16(frame.data() + 12) : 0;
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

}  // namespace egret
