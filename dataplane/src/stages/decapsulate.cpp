// SPDX-License-Identifier: Apache-2.0
// Outside: open -> [decapsulate] -> accept (branch) or present (edge). The payload is authentic, but its sender may be
// a stolen router: it is parsed as carefully as anything from the street.
#include "stages/egret_header.hpp"
#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;

constexpr uint8_t kNotEct = 0;
constexpr uint8_t kEct1 = 1;
constexpr uint8_t kEct0 = 2;
constexpr uint8_t kCongested = 3;

/// RFC 6040 section 4.2, figure 4: the inner ECN field after decapsulation, or nothing if the packet must be dropped.
std::optional<uint8_t> combine_ecn(uint8_t inner, uint8_t outer) noexcept {
    if (outer == kCongested) {
        return inner == kNotEct ? std::nullopt : std::optional(kCongested);
    }
    return inner == kEct0 && outer == kEct1 ? kEct1 : inner;
}

/// Takes the Egret header off and notes the claim. A bare packet claims its own source, which present reads.
Fate read_claim(Context& context, rte_mbuf* packet, PacketMeta& meta) noexcept {
    const std::span<const uint8_t> payload = bytes_of(packet);
    const unsigned nibble = payload[0] >> 4;
    meta.header_carry = nibble == 0xe;
    if (nibble == 4 || nibble == 6) {
        return std::nullopt;
    }
    const uint16_t size = context.branch() ? uint16_t{0} : read_egret_header(payload, meta.claim);
    if (size == 0) {
        return DropReason::bad_payload;
    }
    cut(packet, size, 0);
    return std::nullopt;
}

/// An ICMP error is for who sent the packet it quotes: its flow is all that says where it may go.
bool goes_to_quoted_sender(std::span<const uint8_t> bytes, const PacketMeta& meta) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    const uint8_t* destination =
        bytes.data() + meta.l3_offset + (ipv4 ? wire::kIpv4Destination : wire::kIpv6Destination);
    const size_t size = ipv4 ? 4 : 16;
    return std::equal(destination, destination + size, meta.key.destination.begin());
}

Fate decapsulate_one(Context& context, rte_mbuf* packet, PacketMeta& meta) noexcept {
    if (const Fate fate = read_claim(context, packet, meta)) {
        return fate;
    }
    parse_packet(bytes_of(packet), 0, meta);
    if (meta.family == api::Family::none || meta.kind == PacketKind::malformed) {
        return DropReason::inner_malformed;
    }
    if (meta.kind != PacketKind::transport && meta.kind != PacketKind::icmp_error) {
        return DropReason::inner_unsupported;
    }
    if (meta.kind == PacketKind::icmp_error && !goes_to_quoted_sender(bytes_of(packet), meta)) {
        return DropReason::inner_malformed;
    }
    if (meta.header_carry && meta.claim.present() && meta.claim.family != meta.family) {
        return DropReason::bad_payload;  // nobody can present an IPv4 origin for an IPv6 packet
    }
    cut(packet, 0, uint32_t{packet->data_len} - meta.ip_size);
    const uint8_t inner_ecn = meta.traffic_class & 3;
    const auto ecn = combine_ecn(inner_ecn, meta.outer_ecn);
    if (!ecn) {
        return DropReason::ecn_invalid;
    }
    if (*ecn != inner_ecn) {
        meta.traffic_class = static_cast<uint8_t>((meta.traffic_class & 0xfc) | *ecn);
        set_traffic_class(bytes_of(packet), 0, meta.traffic_class);
    }
    return std::nullopt;
}

}  // namespace

void decapsulate(Context& context, Burst& burst, PacketList& data) noexcept {
    burst.keep(data, context.out, [&](rte_mbuf* packet, PacketMeta& meta) {
        return decapsulate_one(context, packet, meta);
    });
}

}  // namespace egret
