// SPDX-License-Identifier: Apache-2.0
#include "dissect.hpp"

#include <algorithm>
#include <arpa/inet.h>

namespace egret::test {
namespace {

constexpr size_t kEthernetSize = 14;
constexpr int kMaxTags = 2;
constexpr size_t kIpv4Addresses = 12;
constexpr size_t kIpv6Addresses = 8;

std::string address_text(const Bytes& packet, size_t offset, int version) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(version == 4 ? AF_INET : AF_INET6, &packet.at(offset), text.data(), text.size());
    return text.data();
}

bool is_tag(uint16_t ether_type) {
    return ether_type == 0x8100 || ether_type == 0x88a8;
}

/// One's-complement sum of addresses, length and protocol.
uint64_t pseudo_header(const Bytes& packet, const Dissection& found, size_t end) {
    if (found.version == 4 && found.protocol == kIcmpProtocol) {
        return 0;
    }
    const size_t first = found.l3 + (found.version == 4 ? kIpv4Addresses : kIpv6Addresses);
    const size_t size = found.version == 4 ? 8 : 32;
    uint64_t sum = end - found.l4 + found.protocol;
    for (size_t i = 0; i < size; i += 2) {
        sum += load16(packet, first + i);
    }
    return sum;
}

bool is_checksum_right(const Bytes& packet, const Dissection& found, size_t end) {
    if (found.protocol == kUdpProtocol && load16(packet, found.l4 + 6) == 0) {
        return found.version == 4;
    }
    return internet_checksum(packet, found.l4, end, pseudo_header(packet, found, end)) == 0;
}

void read_ports(const Bytes& packet, Dissection& found) {
    found.source_port = load16(packet, found.l4);
    found.destination_port = load16(packet, found.l4 + 2);
}

/// Reads the transport header at found.l4; returns its size, 0 if it is none we know.
size_t read_transport(const Bytes& packet, Dissection& found) {
    switch (found.protocol) {
        case kTcpProtocol:
            read_ports(packet, found);
            if (packet.size() < found.l4 + 14) {
                return packet.size() - found.l4;
            }
            found.tcp_flags = packet[found.l4 + 13];
            return (packet[found.l4 + 12] >> 4) * 4U;
        case kUdpProtocol:
            read_ports(packet, found);
            return 8;
        case kIcmpProtocol:
        case kIcmpv6Protocol:
            found.icmp_type = packet.at(found.l4);
            found.icmp_code = packet.at(found.l4 + 1);
            return 8;
        default:
            return 0;
    }
}

void read_ipv4(const Bytes& packet, Dissection& found) {
    const size_t at = found.l3;
    const size_t header = (packet[at] & 0x0fU) * 4U;
    found.traffic_class = packet[at + 1];
    found.ip_size = load16(packet, at + 2);
    found.ttl = packet[at + 8];
    found.protocol = packet[at + 9];
    found.source = address_text(packet, at + kIpv4Addresses, 4);
    found.destination = address_text(packet, at + kIpv4Addresses + 4, 4);
    found.ip_checksum_right =
        packet.size() >= at + header && internet_checksum(packet, at, at + header) == 0;
    found.l4 = at + header;
}

void read_ipv6(const Bytes& packet, Dissection& found) {
    const size_t at = found.l3;
    found.traffic_class = static_cast<uint8_t>(packet[at] << 4 | packet[at + 1] >> 4);
    found.ip_size = load16(packet, at + 4) + 40U;
    found.protocol = packet[at + 6];
    found.ttl = packet[at + 7];
    found.source = address_text(packet, at + kIpv6Addresses, 6);
    found.destination = address_text(packet, at + kIpv6Addresses + 16, 6);
    found.l4 = at + 40;
}

/// Reads the packet at found.l3. A quoted one may end before its IP header says.
bool read_packet(const Bytes& packet, Dissection& found, bool quoted) {
    found.version = packet.at(found.l3) >> 4;
    if (packet.size() < found.l3 + (found.version == 4 ? 20 : 40)) {
        return false;
    }
    if (found.version != 4 && found.version != 6) {
        return false;
    }
    found.version == 4 ? read_ipv4(packet, found) : read_ipv6(packet, found);
    const size_t end = found.l3 + found.ip_size;
    if ((!quoted && packet.size() < end) || packet.size() < found.l4 + 8) {
        return false;
    }
    const size_t present = std::min(packet.size(), end);
    const size_t header = read_transport(packet, found);
    const size_t begin = std::min(found.l4 + header, present);
    found.payload.assign(
        packet.begin() + static_cast<ptrdiff_t>(begin),
        packet.begin() + static_cast<ptrdiff_t>(present)
    );
    found.transport_checksum_right =
        header == 0 || (packet.size() >= end && is_checksum_right(packet, found, end));
    return true;
}

}  // namespace

std::optional<Dissection> dissect(const Bytes& frame) {
    if (frame.size() < kEthernetSize) {
        return std::nullopt;
    }
    Dissection found;
    std::copy_n(frame.begin(), 6, found.destination_mac.begin());
    std::copy_n(frame.begin() + 6, 6, found.source_mac.begin());
    found.l3 = kEthernetSize;
    for (int tags = 0; tags < kMaxTags && is_tag(load16(frame, found.l3 - 2)); ++tags) {
        if (frame.size() < found.l3 + 4) {
            return std::nullopt;
        }
        found.vlan = tags == 0 ? load16(frame, found.l3) & 0x0fff : found.vlan;
        found.l3 += 4;
    }
    const uint16_t type = load16(frame, found.l3 - 2);
    const int version = type == 0x0800 ? 4 : type == 0x86dd ? 6 : 0;
    const bool ip = frame.size() > found.l3 && frame[found.l3] >> 4 == version;
    return ip && read_packet(frame, found, false) ? std::optional(found) : std::nullopt;
}

std::optional<Dissection> dissect_ip(const Bytes& packet) {
    Dissection found;
    return !packet.empty() && read_packet(packet, found, false) ? std::optional(found)
                                                                : std::nullopt;
}

std::optional<Dissection> dissect_quote(const Dissection& error) {
    Dissection found;
    return !error.payload.empty() && read_packet(error.payload, found, true) ? std::optional(found)
                                                                             : std::nullopt;
}

}  // namespace egret::test
