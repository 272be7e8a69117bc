// SPDX-License-Identifier: Apache-2.0
#include "stages/too_big.hpp"

#include "stages/parse.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

constexpr uint8_t kTtl = 64;
/// RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4: as much of the packet as fits a minimum-size one.
constexpr uint16_t kIpv4ErrorMax = 576;
constexpr uint16_t kIpv6ErrorMax = 1280;

struct ErrorLayout {
    uint16_t ip_header;
    uint16_t quoted;  ///< bytes of the offending packet

    [[nodiscard]] uint16_t ip_size() const noexcept {
        return static_cast<uint16_t>(ip_header + wire::kIcmpSize + quoted);
    }
};

ErrorLayout layout_for(const PacketMeta& meta) noexcept {
    const bool ipv4 = meta.family == api::Family::ipv4;
    const uint16_t header = ipv4 ? wire::kIpv4Size : wire::kIpv6Size;
    const uint16_t most = ipv4 ? kIpv4ErrorMax : kIpv6ErrorMax;
    return {
        header,
        std::min<uint16_t>(meta.ip_size, static_cast<uint16_t>(most - header - wire::kIcmpSize))};
}

/// IP and ICMP headers of the error; `ip` has its size and the quote already behind the headers.
void write_ipv4_error(
    uint8_t* ip,
    const uint8_t* offending,
    ErrorLayout layout,
    uint16_t mtu
) noexcept {
    std::fill_n(ip, layout.ip_header + wire::kIcmpSize, uint8_t{0});
    ip[0] = 0x45;
    wire::store16(ip + 2, layout.ip_size());
    ip[8] = kTtl;
    ip[9] = wire::kIcmp;
    std::copy_n(offending + wire::kIpv4Destination, 4, ip + wire::kIpv4Source);
    std::copy_n(offending + wire::kIpv4Source, 4, ip + wire::kIpv4Destination);
    wire::store16(
        ip + wire::kIpv4Checksum,
        static_cast<uint16_t>(~wire::fold(wire::sum_words(ip, wire::kIpv4Size)))
    );
    uint8_t* icmp = ip + layout.ip_header;
    icmp[0] = 3;  // destination unreachable
    icmp[1] = 4;  // fragmentation needed and DF set
    wire::store16(icmp + 6, mtu);
    const uint64_t sum =
        wire::sum_words(icmp, static_cast<size_t>(wire::kIcmpSize) + layout.quoted);
    wire::store16(icmp + wire::kIcmpChecksum, static_cast<uint16_t>(~wire::fold(sum)));
}

void write_ipv6_error(
    uint8_t* ip,
    const uint8_t* offending,
    ErrorLayout layout,
    uint16_t mtu
) noexcept {
    std::fill_n(ip, layout.ip_header + wire::kIcmpSize, uint8_t{0});
    const auto payload = static_cast<uint16_t>(wire::kIcmpSize + layout.quoted);
    ip[0] = 0x60;
    wire::store16(ip + 4, payload);
    ip[6] = wire::kIcmpv6;
    ip[7] = kTtl;
    std::copy_n(offending + wire::kIpv6Destination, 16, ip + wire::kIpv6Source);
    std::copy_n(offending + wire::kIpv6Source, 16, ip + wire::kIpv6Destination);
    uint8_t* icmp = ip + layout.ip_header;
    icmp[0] = 2;  // packet too big
    wire::store32(icmp + 4, mtu);
    const uint64_t pseudo = wire::sum_words(ip + wire::kIpv6Source, 32) + payload + wire::kIcmpv6;
    const uint64_t sum = pseudo + wire::sum_words(icmp, payload);
    wire::store16(icmp + wire::kIcmpChecksum, static_cast<uint16_t>(~wire::fold(sum)));
}

}  // namespace

void send_too_big(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    uint16_t mtu_bytes
) noexcept {
    if (meta.kind != PacketKind::transport || context.out.transmit_room() == 0) {
        return;
    }
    rte_mbuf* error = rte_pktmbuf_alloc(context.worker.pool);
    if (error == nullptr) {
        return;
    }
    const ErrorLayout layout = layout_for(meta);
    char* front =
        rte_pktmbuf_append(error, static_cast<uint16_t>(meta.l3_offset + layout.ip_size()));
    if (front == nullptr) {
        rte_pktmbuf_free(error);
        return;
    }
    ++context.worker.counters.generated;
    auto* frame = reinterpret_cast<uint8_t*>(front);
    const uint8_t* received = rte_pktmbuf_mtod(packet, const uint8_t*);
    std::copy_n(received, meta.l3_offset, frame);  // VLAN tags and type stay
    std::copy_n(received + 6, 6, frame);           // to the sender,
    std::copy_n(received, 6, frame + 6);           // from whom it was sent to
    uint8_t* ip = frame + meta.l3_offset;
    const uint8_t* offending = received + meta.l3_offset;
    std::copy_n(offending, layout.quoted, ip + layout.ip_header + wire::kIcmpSize);
    if (meta.family == api::Family::ipv4) {
        write_ipv4_error(ip, offending, layout, mtu_bytes);
    } else {
        write_ipv6_error(ip, offending, layout, mtu_bytes);
    }
    context.transmit(error, api::Side::inside);
}

}  // namespace egret
