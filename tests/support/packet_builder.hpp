// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace egret::test {

using Bytes = std::vector<uint8_t>;
using Mac = std::array<uint8_t, 6>;

// TCP flags (RFC 9293 section 3.1).
inline constexpr uint8_t kFin = 0x01;
inline constexpr uint8_t kSyn = 0x02;
inline constexpr uint8_t kRst = 0x04;
inline constexpr uint8_t kAck = 0x10;

// IP protocol numbers (IANA).
inline constexpr uint8_t kIcmpProtocol = 1;
inline constexpr uint8_t kTcpProtocol = 6;
inline constexpr uint8_t kUdpProtocol = 17;
inline constexpr uint8_t kRoutingHeader = 43;
inline constexpr uint8_t kIcmpv6Protocol = 58;

struct Ipv4Fields {
    uint8_t tos = 0;
    uint8_t ttl = 64;
    uint16_t fragment = 0x4000;  ///< flags and offset; by default "don't fragment"
    Bytes options = {};          ///< a multiple of four bytes
    uint16_t identification = 0;
};

struct Ipv6Fields {
    uint8_t traffic_class = 0;
    uint8_t hop_limit = 64;
};

struct TcpFields {
    uint8_t flags = kAck;
    Bytes options = {};  ///< a multiple of four bytes
    uint32_t sequence = 1000;
};

/// Writes a packet header by header, from the outside in, and fills in lengths, next-header fields and checksums:
///
///     PacketBuilder().ethernet(kClientMac, kGatewayMac).vlan(7).ipv4("10.42.0.5", "192.0.2.1").tcp(40000, 443).bytes()
///
/// It shares no code with the packet path, so that the two check each other. Wrong calls (an unreadable address) end the
/// program.
class PacketBuilder {
  public:
    PacketBuilder& ethernet(const Mac& source, const Mac& destination);
    PacketBuilder& vlan(uint16_t id, uint16_t type = 0x8100);
    PacketBuilder&
    ipv4(std::string_view source, std::string_view destination, const Ipv4Fields& fields = {});
    PacketBuilder&
    ipv6(std::string_view source, std::string_view destination, const Ipv6Fields& fields = {});

    /// An IPv6 extension header of `protocol` (hop-by-hop, routing, destination options): `content` stands behind its
    /// next-header and length bytes and is filled up to eight bytes.
    PacketBuilder& extension(uint8_t protocol, const Bytes& content = {});

    /// An IPv6 fragment header; `offset_and_flags` as on the wire.
    PacketBuilder& fragment_header(uint16_t offset_and_flags);

    PacketBuilder& tcp(uint16_t source, uint16_t destination, const TcpFields& fields = {});
    PacketBuilder& udp(uint16_t source, uint16_t destination);

    /// ICMP or ICMPv6, by the IP header in front; `rest` are the four bytes behind the checksum.
    PacketBuilder& icmp(uint8_t type, uint8_t code, uint32_t rest = 0);

    /// A header-less payload of another IP protocol.
    PacketBuilder& protocol(uint8_t number);

    PacketBuilder& payload(const Bytes& bytes);
    PacketBuilder& payload(std::string_view text);
    /// `size` bytes that differ from each other.
    PacketBuilder& payload(size_t size);

    /// The UDP header written last carries no checksum.
    PacketBuilder& without_checksum();

    /// The packet. The builder can be added to afterwards.
    [[nodiscard]] Bytes bytes() const;

  private:
    enum class Kind : uint8_t { ipv4, ipv6, tcp, udp, icmp };

    struct Layer {
        Kind kind;
        size_t offset;
        bool checksum = true;
    };

    PacketBuilder& next(uint16_t ether_type, uint8_t protocol_number);
    Bytes& append(const Bytes& bytes);
    void finish(Bytes& packet, const Layer& layer, const Layer* ip) const;
    [[nodiscard]] static uint64_t
    pseudo_header(const Bytes& packet, const Layer& layer, const Layer& ip);

    Bytes bytes_;
    std::vector<Layer> layers_;
    std::optional<size_t> type_at_;      ///< EtherType the next header goes into
    std::optional<size_t> protocol_at_;  ///< next-header byte the next header goes into
};

/// The bytes of an IPv4 or IPv6 address; ends the program if `text` is none.
[[nodiscard]] Bytes address_bytes(std::string_view text);

/// `front` and behind it `back`.
[[nodiscard]] Bytes joined(const Bytes& front, const Bytes& back);

/// `packet` without its first `size` bytes.
[[nodiscard]] Bytes without_front(const Bytes& packet, size_t size);

void store16(Bytes& bytes, size_t offset, uint16_t value);
[[nodiscard]] uint16_t load16(const Bytes& bytes, size_t offset);

/// One's-complement checksum (RFC 1071) of `bytes` from `first` to `last`, on top of `sum`.
[[nodiscard]] uint16_t
internet_checksum(const Bytes& bytes, size_t first, size_t last, uint64_t sum = 0);

}  // namespace egret::test
