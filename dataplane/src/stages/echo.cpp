// SPDX-License-Identifier: Apache-2.0
#include "stages/echo.hpp"

#include "neighbours/neighbours.hpp"
#include "stages/link.hpp"
#include "stages/parse.hpp"
#include "stages/wire.hpp"

#include <algorithm>
#include <array>

namespace egret {
namespace {

struct EchoTypes {
    uint8_t request;
    uint8_t reply;
};

constexpr EchoTypes kIpv4{8, 0};
constexpr EchoTypes kIpv6{128, 129};
constexpr uint8_t kTtl = 64;

/// Offset of the ICMP header of an echo request without IP options; 0 if it is none.
uint16_t echo_offset(std::span<const uint8_t> frame, const PacketMeta& meta) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    if (meta.kind != PacketKind::other || meta.family == api::Family::none) {
        return 0;
    }
    const uint8_t* ip = frame.data() + meta.l3_offset;
    const bool is_icmp =
        ipv4 ? ip[9] == wire::kIcmp && (ip[0] & 0x0f) == 5 : ip[6] == wire::kIcmpv6;
    const auto offset =
        static_cast<uint16_t>(meta.l3_offset + (ipv4 ? wire::kIpv4Size : wire::kIpv6Size));
    const bool complete =
        offset + uint32_t{wire::kIcmpSize} <= meta.l3_offset + uint32_t{meta.ip_size};
    return is_icmp && complete && frame[offset] == (ipv4 ? kIpv4.request : kIpv6.request) ? offset
                                                                                          : 0;
}

template <size_t Size>
void swap_bytes(uint8_t* a, uint8_t* b) noexcept {
    std::swap_ranges(a, a + Size, b);
}

/// Swaps the addresses, which changes no sum, and writes type and hop limit.
void turn_around(uint8_t* ip, uint8_t* icmp, api::Family family) noexcept {
    const bool ipv4 = family == api::Family::ipv4;
    const uint16_t before = wire::load16(icmp);
    icmp[0] = ipv4 ? kIpv4.reply : kIpv6.reply;
    wire::apply_delta(icmp + wire::kIcmpChecksum, wire::checksum_delta(before, wire::load16(icmp)));
    if (!ipv4) {
        swap_bytes<16>(ip + wire::kIpv6Source, ip + wire::kIpv6Destination);
        ip[7] = kTtl;
        return;
    }
    swap_bytes<4>(ip + wire::kIpv4Source, ip + wire::kIpv4Destination);
    const uint16_t ttl_before = wire::load16(ip + 8);
    ip[8] = kTtl;
    wire::apply_delta(
        ip + wire::kIpv4Checksum,
        wire::checksum_delta(ttl_before, wire::load16(ip + 8))
    );
}

}  // namespace

bool reply_to_echo(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    api::Side side
) noexcept {
    const std::span<uint8_t> frame = bytes_of(packet);
    const uint16_t offset = echo_offset(frame, meta);
    const api::IpAddress destination = meta.key.destination_address();
    if (offset == 0 || (!context.snapshot.is_own(side, destination) &&
                        destination != link_local_of(link_of(context, side).own))) {
        return false;
    }
    if (!context.worker.echo_pace.admit(kEchoRate, context.now_ns)) {
        context.out.drop(packet, api::DropReason::echo_rate);
        return true;
    }
    uint8_t* bytes = frame.data();
    turn_around(bytes + meta.l3_offset, bytes + offset, meta.family);
    send_to(context, packet, side, meta.key.source_address());
    return true;
}

}  // namespace egret
