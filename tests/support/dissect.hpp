// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace egret::test {

/// A frame as an ordinary program would describe it. Fields that do not apply are zero or empty.
struct Dissection {
    Mac destination_mac{};
    Mac source_mac{};
    uint16_t vlan = 0;
    size_t l3 = 0;  ///< offset of the IP header
    size_t l4 = 0;  ///< offset of the transport or ICMP header

    int version = 0;
    std::string source;  ///< as text
    std::string destination;
    uint8_t traffic_class = 0;
    uint8_t ttl = 0;
    uint8_t protocol = 0;
    size_t ip_size = 0;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    uint8_t tcp_flags = 0;
    uint8_t icmp_type = 0;
    uint8_t icmp_code = 0;
    Bytes payload;  ///< behind the transport or ICMP header

    bool ip_checksum_right = true;
    bool transport_checksum_right = true;  ///< also with UDP's 0 over IPv4, "none"
};

/// Reads a frame of the kinds PacketBuilder makes: Ethernet, up to two tags, IP without extension headers, TCP, UDP or ICMP.
/// Nothing if it is none. Shares no code with the packet path.
[[nodiscard]] std::optional<Dissection> dissect(const Bytes& frame);

/// The same for a packet that begins with its IP header.
[[nodiscard]] std::optional<Dissection> dissect_ip(const Bytes& packet);

/// The packet an ICMP error quotes. It may be cut short: checksums that cover what is missing count as wrong.
[[nodiscard]] std::optional<Dissection> dissect_quote(const Dissection& error);

}  // namespace egret::test
