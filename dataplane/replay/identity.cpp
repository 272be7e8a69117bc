// SPDX-License-Identifier: Apache-2.0
#include "identity.hpp"

#include "stages/wire.hpp"

namespace egret::replay {
namespace {

bool has_no_flow(const api::IpAddress& address) noexcept {
    const auto& bytes = address.bytes;
    if (address.family == api::Family::ipv4) {
        const bool link_local = bytes[0] == 169 && bytes[1] == 254;
        const bool broadcast = wire::load32(bytes.data()) == UINT32_MAX;
        return link_local || broadcast || bytes[0] >> 4 == 0xe;
    }
    return bytes[0] == 0xff || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

/// The identifier of an ICMP or ICMPv6 echo message; nothing for other messages.
std::optional<uint16_t>
echo_identifier(std::span<const uint8_t> frame, const PacketMeta& meta) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    const bool icmp = meta.protocol == (ipv4 ? wire::kIcmp : wire::kIcmpv6);
    if (!icmp ||
        meta.l3_offset + uint32_t{meta.ip_size} < meta.l4_offset + uint32_t{wire::kIcmpSize}) {
        return std::nullopt;
    }
    const uint8_t* message = frame.data() + meta.l4_offset;
    const bool echo =
        ipv4 ? message[0] == 8 || message[0] == 0 : message[0] == 128 || message[0] == 129;
    return echo ? std::optional(wire::load16(message + 4)) : std::nullopt;
}

struct FragmentFields {
    bool first = false;
    uint8_t protocol = 0;
    uint32_t identification = 0;
    uint32_t transport_offset = 0;
};

FragmentFields fragment_fields(std::span<const uint8_t> frame, const PacketMeta& meta) noexcept {
    const uint8_t* ip = frame.data() + meta.l3_offset;
    if (meta.family == api::Family::ipv4) {
        const bool first = (wire::load16(ip + 6) & 0x1fff) == 0;
        return {first, ip[9], wire::load16(ip + 4), meta.l3_offset + (ip[0] & 0x0fU) * 4};
    }
    // The fragment header ends the chain parse followed; find it again by its number. Chains are short.
    uint8_t next = ip[6];
    uint32_t offset = meta.l3_offset + uint32_t{wire::kIpv6Size};
    while (next != wire::kFragment && offset + 8 <= frame.size()) {
        next = frame[offset];
        offset += (frame[offset + 1] + 1U) * 8;
    }
    if (offset + 8 > frame.size()) {
        return {};
    }
    const bool first = (wire::load16(&frame[offset + 2]) & 0xfff8) == 0;
    return {first, frame[offset], wire::load32(&frame[offset + 4]), offset + 8};
}

}  // namespace

std::optional<FlowKey> FlowIdentifier::identify(
    std::span<const uint8_t> frame,
    const PacketMeta& meta,
    Direction direction
) {
    const bool group = (frame[0] & 1) != 0;
    if (meta.family == api::Family::none || group || has_no_flow(meta.key.source_address()) ||
        has_no_flow(meta.key.destination_address())) {
        return std::nullopt;
    }
    std::optional<FlowKey> key = meta.key;
    if (meta.kind == PacketKind::fragment) {
        key = identify_fragment(frame, meta);
    } else if (meta.kind == PacketKind::other || meta.kind == PacketKind::unreachable) {
        key->protocol = meta.protocol;
        key->source_port = key->destination_port = 0;
        if (const auto identifier = echo_identifier(frame, meta)) {
            key->source_port = key->destination_port = *identifier;
        }
    }
    if (!key) {
        return std::nullopt;
    }
    key->zone = meta.vlan;
    return direction == Direction::server ? key->reversed() : *key;
}

std::optional<FlowKey>
FlowIdentifier::identify_fragment(std::span<const uint8_t> frame, const PacketMeta& meta) {
    const FragmentFields fields = fragment_fields(frame, meta);
    FlowKey datagram = meta.key;
    datagram.zone = meta.vlan;
    datagram.protocol = fields.protocol;
    datagram.source_port = static_cast<uint16_t>(fields.identification >> 16);
    datagram.destination_port = static_cast<uint16_t>(fields.identification);
    if (const auto known = key_of_datagram_.find(datagram); known != key_of_datagram_.end()) {
        return known->second;
    }
    const bool has_ports = fields.protocol == wire::kTcp || fields.protocol == wire::kUdp;
    if (!fields.first || (has_ports && fields.transport_offset + 4 > frame.size())) {
        return std::nullopt;
    }
    FlowKey key = meta.key;
    key.protocol = fields.protocol;
    if (has_ports) {
        key.source_port = wire::load16(&frame[fields.transport_offset]);
        key.destination_port = wire::load16(&frame[fields.transport_offset + 2]);
    }
    if (datagrams_.size() == kMaxDatagrams) {
        key_of_datagram_.erase(datagrams_.front());
        datagrams_.pop_front();
    }
    key_of_datagram_.emplace(datagram, key);
    datagrams_.push_back(datagram);
    return key;
}

}  // namespace egret::replay
