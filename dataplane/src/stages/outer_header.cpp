// SPDX-License-Identifier: Apache-2.0
#include "stages/outer_header.hpp"

#include <algorithm>

namespace egret {
namespace {

constexpr uint8_t kTtl = 64;
constexpr uint16_t kDontFragment = 0x4000;

void put_ipv4(uint8_t* ip, const api::IpAddress& from, const api::IpAddress& to) noexcept {
    ip[0] = 0x45;
    // An atomic datagram needs no identification (RFC 6864).
    wire::store16(ip + 6, kDontFragment);
    ip[8] = kTtl;
    ip[9] = wire::kUdp;
    std::copy_n(from.bytes.begin(), 4, ip + wire::kIpv4Source);
    std::copy_n(to.bytes.begin(), 4, ip + wire::kIpv4Destination);
}

void put_ipv6(uint8_t* ip, const api::IpAddress& from, const api::IpAddress& to) noexcept {
    ip[6] = wire::kUdp;
    ip[7] = kTtl;
    std::copy(from.bytes.begin(), from.bytes.end(), ip + wire::kIpv6Source);
    std::copy(to.bytes.begin(), to.bytes.end(), ip + wire::kIpv6Destination);
}

}  // namespace

OuterHeader::OuterHeader(
    const api::IpAddress& from,
    uint16_t from_port,
    const api::Endpoint& to
) noexcept {
    const bool ipv4 = to.address.family == api::Family::ipv4;
    uint8_t* ip = bytes_.data() + wire::kEtherSize;
    uint8_t* udp = ip + (ipv4 ? wire::kIpv4Size : wire::kIpv6Size);
    wire::store16(bytes_.data() + 2 * wire::kMacSize, ipv4 ? wire::kEtherIpv4 : wire::kEtherIpv6);
    if (ipv4) {
        size_bytes_ = kIpv4HeadersSize;
        put_ipv4(ip, from, to.address);
        ip_sum_ = wire::fold(wire::sum_words(ip, wire::kIpv4Size));
    } else {
        size_bytes_ = kMaxSize;
        put_ipv6(ip, from, to.address);
        ip_sum_ = wire::fold(wire::sum_words(ip + wire::kIpv6Source, 32));
    }
    // The checksum stays 0: the content is authenticated, and over IPv4 RFC 768 allows it.
    wire::store16(udp, from_port);
    wire::store16(udp + 2, to.port);
}

void OuterHeader::set_link(const MacAddress& from, const MacAddress& to) noexcept {
    wire::copy_mac(bytes_.data(), to.data());
    wire::copy_mac(bytes_.data() + wire::kMacSize, from.data());
}

void OuterHeader::write_ipv6(uint8_t* at, uint16_t payload_size, uint8_t traffic_class)
    const noexcept {
    std::memcpy(at, bytes_.data(), kMaxSize);
    const auto udp_size = static_cast<uint16_t>(wire::kUdpSize + payload_size);
    uint8_t* ip = at + wire::kEtherSize;
    uint8_t* udp = ip + wire::kIpv6Size;
    wire::store32(ip, 6U << 28 | uint32_t{traffic_class} << 20);
    wire::store16(ip + 4, udp_size);
    wire::store16(udp + 4, udp_size);
    // RFC 8200 section 8.1: over IPv6 a UDP checksum is required, and 0 is written as 0xffff.
    const uint64_t sum = uint64_t{ip_sum_} + udp_size + wire::kUdp + wire::sum_words(udp, udp_size);
    const auto checksum = static_cast<uint16_t>(~wire::fold(sum));
    wire::store16(udp + wire::kUdpChecksum, checksum == 0 ? 0xffff : checksum);
}

}  // namespace egret
