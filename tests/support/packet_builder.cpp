// SPDX-License-Identifier: Apache-2.0
#include "packet_builder.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdlib>
#include <string>

namespace egret::test {

Bytes address_bytes(std::string_view text) {
    const std::string terminated(text);
    Bytes bytes(16);
    if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) {
        return bytes;
    }
    bytes.resize(4);
    if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) != 1) {
        std::abort();
    }
    return bytes;
}

Bytes joined(const Bytes& front, const Bytes& back) {
    Bytes result(front.size() + back.size());
    std::copy(front.begin(), front.end(), result.begin());
    std::copy(back.begin(), back.end(), result.begin() + static_cast<ptrdiff_t>(front.size()));
    return result;
}

Bytes without_front(const Bytes& packet, size_t size) {
    return {packet.begin() + static_cast<ptrdiff_t>(size), packet.end()};
}

void store16(Bytes& bytes, size_t offset, uint16_t value) {
    bytes.at(offset) = static_cast<uint8_t>(value >> 8);
    bytes.at(offset + 1) = static_cast<uint8_t>(value);
}

uint16_t load16(const Bytes& bytes, size_t offset) {
    return static_cast<uint16_t>(bytes.at(offset) << 8 | bytes.at(offset + 1));
}

uint16_t internet_checksum(const Bytes& bytes, size_t first, size_t last, uint64_t sum) {
    for (size_t i = first; i < last; ++i) {
        sum += (i - first) % 2 == 0 ? static_cast<uint64_t>(bytes.at(i)) << 8 : bytes.at(i);
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(~sum);
}

PacketBuilder& PacketBuilder::ethernet(const Mac& source, const Mac& destination) {
    append({destination.begin(), destination.end()});
    append({source.begin(), source.end()});
    type_at_ = bytes_.size();
    append({0, 0});
    return *this;
}

PacketBuilder& PacketBuilder::vlan(uint16_t id, uint16_t type) {
    store16(bytes_, type_at_.value(), type);
    append({static_cast<uint8_t>(id >> 8), static_cast<uint8_t>(id)});
    type_at_ = bytes_.size();
    append({0, 0});
    return *this;
}

PacketBuilder& PacketBuilder::ipv4(
    std::string_view source,
    std::string_view destination,
    const Ipv4Fields& fields
) {
    next(0x0800, 4);
    layers_.push_back({Kind::ipv4, bytes_.size()});
    const auto words = static_cast<uint8_t>(5 + fields.options.size() / 4);
    append({static_cast<uint8_t>(0x40 | words), fields.tos, 0, 0});
    append({0, 0, 0, 0, fields.ttl, 0, 0, 0});
    store16(bytes_, bytes_.size() - 8, fields.identification);
    store16(bytes_, bytes_.size() - 6, fields.fragment);
    protocol_at_ = bytes_.size() - 3;
    append(address_bytes(source));
    append(address_bytes(destination));
    append(fields.options);
    return *this;
}

PacketBuilder& PacketBuilder::ipv6(
    std::string_view source,
    std::string_view destination,
    const Ipv6Fields& fields
) {
    next(0x86dd, 41);
    layers_.push_back({Kind::ipv6, bytes_.size()});
    const auto high = static_cast<uint8_t>(0x60 | fields.traffic_class >> 4);
    append({high, static_cast<uint8_t>(fields.traffic_class << 4), 0, 0});
    append({0, 0, 59, fields.hop_limit});  // 59: nothing follows
    protocol_at_ = bytes_.size() - 2;
    append(address_bytes(source));
    append(address_bytes(destination));
    return *this;
}

PacketBuilder& PacketBuilder::extension(uint8_t protocol, const Bytes& content) {
    next(0, protocol);
    const size_t size = (content.size() + 2 + 7) / 8 * 8;
    protocol_at_ = bytes_.size();
    append({59, static_cast<uint8_t>(size / 8 - 1)});
    append(content);
    bytes_.resize(*protocol_at_ + size);
    return *this;
}

PacketBuilder& PacketBuilder::fragment_header(uint16_t offset_and_flags) {
    next(0, 44);
    protocol_at_ = bytes_.size();
    append({59, 0, 0, 0, 0, 0, 0, 1});
    store16(bytes_, *protocol_at_ + 2, offset_and_flags);
    return *this;
}

PacketBuilder& PacketBuilder::tcp(uint16_t source, uint16_t destination, const TcpFields& fields) {
    next(0, kTcpProtocol);
    layers_.push_back({Kind::tcp, bytes_.size()});
    const size_t at = bytes_.size();
    append(Bytes(20));
    store16(bytes_, at, source);
    store16(bytes_, at + 2, destination);
    store16(bytes_, at + 4, static_cast<uint16_t>(fields.sequence >> 16));
    store16(bytes_, at + 6, static_cast<uint16_t>(fields.sequence));
    bytes_[at + 12] = static_cast<uint8_t>((5 + fields.options.size() / 4) << 4);
    bytes_[at + 13] = fields.flags;
    store16(bytes_, at + 14, 0xfaf0);  // window
    append(fields.options);
    return *this;
}

PacketBuilder& PacketBuilder::udp(uint16_t source, uint16_t destination) {
    next(0, kUdpProtocol);
    layers_.push_back({Kind::udp, bytes_.size()});
    const size_t at = bytes_.size();
    append(Bytes(8));
    store16(bytes_, at, source);
    store16(bytes_, at + 2, destination);
    return *this;
}

PacketBuilder& PacketBuilder::icmp(uint8_t type, uint8_t code, uint32_t rest) {
    const bool ipv4 = !layers_.empty() && layers_.back().kind == Kind::ipv4;
    next(0, ipv4 ? kIcmpProtocol : kIcmpv6Protocol);
    layers_.push_back({Kind::icmp, bytes_.size()});
    append({type, code, 0, 0});
    append({static_cast<uint8_t>(rest >> 24), static_cast<uint8_t>(rest >> 16)});
    append({static_cast<uint8_t>(rest >> 8), static_cast<uint8_t>(rest)});
    return *this;
}

PacketBuilder& PacketBuilder::protocol(uint8_t number) {
    return next(0, number);
}

PacketBuilder& PacketBuilder::payload(const Bytes& bytes) {
    append(bytes);
    return *this;
}

PacketBuilder& PacketBuilder::payload(std::string_view text) {
    return payload(Bytes(text.begin(), text.end()));
}

PacketBuilder& PacketBuilder::payload(size_t size) {
    Bytes bytes(size);
    for (size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<uint8_t>(i * 7 + (i >> 8));
    }
    return payload(bytes);
}

PacketBuilder& PacketBuilder::without_checksum() {
    layers_.back().checksum = false;
    return *this;
}

Bytes PacketBuilder::bytes() const {
    Bytes packet = bytes_;
    const Layer* ip = nullptr;
    for (const Layer& layer : layers_) {
        if (layer.kind == Kind::ipv4 || layer.kind == Kind::ipv6) {
            ip = &layer;
        }
        finish(packet, layer, ip);
    }
    return packet;
}

/// Writes the number of the header that follows where the header in front wants it.
PacketBuilder& PacketBuilder::next(uint16_t ether_type, uint8_t protocol_number) {
    if (protocol_at_) {
        bytes_[*protocol_at_] = protocol_number;
    } else if (type_at_) {
        store16(bytes_, *type_at_, ether_type);
    }
    return *this;
}

Bytes& PacketBuilder::append(const Bytes& bytes) {
    bytes_ = joined(bytes_, bytes);
    return bytes_;
}

/// Fills in what depends on what follows `layer`. `ip`: the IP header in front of it.
void PacketBuilder::finish(Bytes& packet, const Layer& layer, const Layer* ip) const {
    const size_t at = layer.offset;
    const size_t size = packet.size() - at;
    if (layer.kind == Kind::ipv4) {
        store16(packet, at + 2, static_cast<uint16_t>(size));
        store16(packet, at + 10, internet_checksum(packet, at, at + (packet[at] & 0x0fU) * 4U));
        return;
    }
    if (layer.kind == Kind::ipv6) {
        store16(packet, at + 4, static_cast<uint16_t>(size - 40));
        return;
    }
    if (layer.kind == Kind::udp) {
        store16(packet, at + 4, static_cast<uint16_t>(size));
    }
    if (!layer.checksum || ip == nullptr) {
        return;
    }
    const uint64_t pseudo = pseudo_header(packet, layer, *ip);
    const uint16_t checksum = internet_checksum(packet, at, packet.size(), pseudo);
    const size_t field = at + (layer.kind == Kind::tcp ? 16 : layer.kind == Kind::udp ? 6 : 2);
    store16(packet, field, layer.kind == Kind::udp && checksum == 0 ? 0xffff : checksum);
}

/// Sum of both addresses, length and protocol; ICMP over IPv4 has no pseudo header.
uint64_t PacketBuilder::pseudo_header(const Bytes& packet, const Layer& layer, const Layer& ip) {
    const bool ipv4 = ip.kind == Kind::ipv4;
    if (ipv4 && layer.kind == Kind::icmp) {
        return 0;
    }
    uint64_t sum = packet.size() - layer.offset;
    const size_t addresses = ip.offset + (ipv4 ? 12 : 8);
    for (size_t i = 0; i < (ipv4 ? 8U : 32U); i += 2) {
        sum += load16(packet, addresses + i);
    }
    switch (layer.kind) {
        case Kind::tcp:
            return sum + kTcpProtocol;
        case Kind::udp:
            return sum + kUdpProtocol;
        default:
            return sum + kIcmpv6Protocol;
    }
}

}  // namespace egret::test
