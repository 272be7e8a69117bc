// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stages/wire.hpp"

#include <egret/api/address.hpp>
#include <egret/node.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace egret {

/// Ethernet, IP and UDP headers of the datagrams from here to one endpoint, complete but for what differs from packet to
/// packet: sizes, DSCP and ECN, checksums. Made once a burst and peer, copied in front of each packet.
class OuterHeader {
  public:
    static constexpr uint16_t kMaxSize = wire::kEtherSize + wire::kIpv6Size + wire::kUdpSize;

    /// Nothing to be written yet.
    OuterHeader() = default;

    OuterHeader(const api::IpAddress& from, uint16_t from_port, const api::Endpoint& to) noexcept;

    void set_link(const MacAddress& from, const MacAddress& to) noexcept;

    [[nodiscard]] uint16_t size_bytes() const noexcept { return size_bytes_; }

    [[nodiscard]] api::Family family() const noexcept {
        return size_bytes_ == kMaxSize ? api::Family::ipv6 : api::Family::ipv4;
    }

    /// Writes size_bytes() bytes at `at`, in front of `payload_size` bytes of a UDP payload. `traffic_class`: DSCP and ECN.
    void write(uint8_t* at, uint16_t payload_size, uint8_t traffic_class) const noexcept {
        if (size_bytes_ == kMaxSize) {
            write_ipv6(at, payload_size, traffic_class);
        } else {
            write_ipv4(at, payload_size, traffic_class);
        }
    }

  private:
    static constexpr uint16_t kIpv4HeadersSize =
        wire::kEtherSize + wire::kIpv4Size + wire::kUdpSize;

    void write_ipv4(uint8_t* at, uint16_t payload_size, uint8_t traffic_class) const noexcept {
        std::memcpy(at, bytes_.data(), kIpv4HeadersSize);
        uint8_t* ip = at + wire::kEtherSize;
        const auto size = static_cast<uint16_t>(wire::kIpv4Size + wire::kUdpSize + payload_size);
        ip[1] = traffic_class;
        wire::store16(ip + 2, size);
        wire::store16(
            ip + wire::kIpv4Checksum,
            static_cast<uint16_t>(~wire::fold(uint64_t{ip_sum_} + traffic_class + size))
        );
        wire::store16(
            ip + wire::kIpv4Size + 4,
            static_cast<uint16_t>(wire::kUdpSize + payload_size)
        );
    }

    void write_ipv6(uint8_t* at, uint16_t payload_size, uint8_t traffic_class) const noexcept;

    std::array<uint8_t, kMaxSize> bytes_{};
    uint16_t size_bytes_ = 0;
    uint16_t ip_sum_ = 0;  ///< of the words that stay the same: IPv4's header, IPv6's addresses
};

}  // namespace egret
