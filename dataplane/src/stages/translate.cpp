// SPDX-License-Identifier: Apache-2.0
// Address and port translation, and the other fields Egret changes in carried packets. All checksums are updated
// incrementally (RFC 1624), so the work does not depend on the payload and a damaged packet is not made whole.
#include "stages/translate.hpp"

#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

constexpr uint16_t kMssSize = 4;
constexpr uint8_t kOptionEnd = 0;
constexpr uint8_t kOptionNop = 1;
constexpr uint8_t kOptionMss = 2;

/// Which end of a header is rewritten.
enum class End : uint8_t { source, destination };

struct AddressPort {
    const std::array<uint8_t, 16>& address;
    uint16_t port;
};

size_t address_size(api::Family family) noexcept {
    return family == api::Family::ipv4 ? 4 : 16;
}

uint8_t* address_at(uint8_t* ip, api::Family family, End end) noexcept {
    if (family == api::Family::ipv4) {
        return ip + (end == End::source ? wire::kIpv4Source : wire::kIpv4Destination);
    }
    return ip + (end == End::source ? wire::kIpv6Source : wire::kIpv6Destination);
}

uint8_t* port_at(uint8_t* transport, End end) noexcept {
    return transport + (end == End::source ? 0 : 2);
}

/// Where a transport header has its checksum.
struct ChecksumField {
    uint8_t at;
    bool
        optional;  ///< UDP's 0 means "no checksum" and stays; a sum that comes out as 0 is written as 0xffff (RFC 768)
};

/// By "is it UDP". Looked up: which of the two a packet is nobody can predict.
constexpr ChecksumField kChecksumFields[] = {
    {wire::kTcpChecksum, false},
    {wire::kUdpChecksum, true}};

void update_transport_checksum(uint8_t* transport, uint8_t protocol, uint16_t delta) noexcept {
    const ChecksumField field = kChecksumFields[protocol == wire::kUdp ? 1 : 0];
    const uint16_t before = wire::load16(transport + field.at);
    if (before == 0 && field.optional) {
        return;
    }
    const uint16_t after = wire::add_delta(before, delta);
    const bool is_zero = after == 0 && field.optional;
    wire::store16(transport + field.at, is_zero ? uint16_t{0xffff} : after);
}

/// Rewrites one end of a TCP or UDP packet with the flow's precomputed deltas.
void rewrite(
    std::span<uint8_t> bytes,
    const PacketMeta& meta,
    End end,
    AddressPort to,
    const Flow& flow
) noexcept {
    uint8_t* ip = bytes.data() + meta.l3_offset;
    uint8_t* transport = bytes.data() + meta.l4_offset;
    // The reverse translation undoes the forward one: its deltas are the complements.
    const bool forward = end == End::source;
    const auto ip_delta = static_cast<uint16_t>(forward ? flow.ip_delta : ~flow.ip_delta);
    const auto transport_delta =
        static_cast<uint16_t>(forward ? flow.transport_delta : ~flow.transport_delta);
    wire::copy_address(
        address_at(ip, meta.family, end),
        to.address.data(),
        address_size(meta.family)
    );
    wire::store16(port_at(transport, end), to.port);
    if (meta.family == api::Family::ipv4) {
        wire::apply_delta(ip + wire::kIpv4Checksum, ip_delta);
    }
    update_transport_checksum(transport, meta.protocol, transport_delta);
}

/// Sum of an address as it counts in a pseudo header.
uint64_t sum_of_address(const std::array<uint8_t, 16>& address, api::Family family) noexcept {
    return wire::sum_words(address.data(), address_size(family));
}

/// Rewrites the packet an ICMP error quotes, its checksums as far as they are quoted.
void rewrite_quote(
    std::span<uint8_t> bytes,
    const PacketMeta& meta,
    End end,
    AddressPort to
) noexcept {
    uint8_t* ip = bytes.data() + meta.quote_l3_offset;
    uint8_t* transport = bytes.data() + meta.quote_l4_offset;
    const size_t quoted_transport = meta.l3_offset + size_t{meta.ip_size} - meta.quote_l4_offset;
    uint8_t* address = address_at(ip, meta.family, end);
    const size_t size = address_size(meta.family);
    const uint64_t address_before = wire::sum_words(address, size);
    const uint64_t address_after = sum_of_address(to.address, meta.family);
    const uint64_t port_before = wire::load16(port_at(transport, end));
    std::copy_n(to.address.begin(), size, address);
    wire::store16(port_at(transport, end), to.port);
    if (meta.family == api::Family::ipv4) {
        wire::apply_delta(
            ip + wire::kIpv4Checksum,
            wire::checksum_delta(address_before, address_after)
        );
    }
    const uint16_t delta =
        wire::checksum_delta(address_before + port_before, address_after + to.port);
    const uint8_t protocol = meta.key.protocol;
    if (protocol == wire::kUdp || quoted_transport >= wire::kTcpChecksum + 2U) {
        update_transport_checksum(transport, protocol, delta);
    }
}

/// Rewrites an ICMP error: one end of its own header, the other end of the quoted one.
void rewrite_error(
    std::span<uint8_t> bytes,
    const PacketMeta& meta,
    End end,
    AddressPort to
) noexcept {
    uint8_t* ip = bytes.data() + meta.l3_offset;
    uint8_t* icmp = bytes.data() + meta.l4_offset;
    uint8_t* address = address_at(ip, meta.family, end);
    const uint64_t address_before = wire::sum_words(address, address_size(meta.family));
    const uint64_t address_after = sum_of_address(to.address, meta.family);
    std::copy_n(to.address.begin(), address_size(meta.family), address);

    const size_t quote_size = meta.l3_offset + size_t{meta.ip_size} - meta.quote_l3_offset;
    const uint8_t* quote = bytes.data() + meta.quote_l3_offset;
    uint64_t before = wire::sum_words(quote, quote_size);
    rewrite_quote(bytes, meta, end == End::source ? End::destination : End::source, to);
    uint64_t after = wire::sum_words(quote, quote_size);
    if (meta.family == api::Family::ipv4) {
        wire::apply_delta(
            ip + wire::kIpv4Checksum,
            wire::checksum_delta(address_before, address_after)
        );
    } else {  // ICMPv6 checksums cover the addresses (RFC 4443 section 2.3)
        before += address_before;
        after += address_after;
    }
    wire::apply_delta(icmp + wire::kIcmpChecksum, wire::checksum_delta(before, after));
}

void translate(
    std::span<uint8_t> bytes,
    const PacketMeta& meta,
    End end,
    AddressPort to,
    const Flow& flow
) noexcept {
    // An error comes from any router and may be addressed to anybody: without this its sender would choose which address is
    // presented, or who in the LAN it reaches.
    if (meta.kind == PacketKind::icmp_error) {
        rewrite_error(bytes, meta, end, to);
    } else if (flow.translated) {
        rewrite(bytes, meta, end, to, flow);
    }
}

/// The MSS option of a TCP header (RFC 9293 section 3.2), nullptr if there is none or the options do not hold together.
uint8_t* find_mss(uint8_t* tcp, uint32_t header_size) noexcept {
    uint32_t at = wire::kTcpSize;
    while (at < header_size && tcp[at] != kOptionEnd) {
        if (tcp[at] == kOptionNop) {
            ++at;
            continue;
        }
        if (at + 1 >= header_size || tcp[at + 1] < 2 || at + tcp[at + 1] > header_size) {
            return nullptr;
        }
        if (tcp[at] == kOptionMss && tcp[at + 1] == kMssSize) {
            return tcp + at + 2;
        }
        at += tcp[at + 1];
    }
    return nullptr;
}

}  // namespace

void prepare_translation(Flow& flow) noexcept {
    const FlowKey& from = flow.forward;
    const FlowKey& to = flow.reverse;
    flow.translated = from.source != to.destination || from.source_port != to.destination_port;
    const uint64_t address_before = sum_of_address(from.source, from.family);
    const uint64_t address_after = sum_of_address(to.destination, from.family);
    flow.ip_delta = wire::checksum_delta(address_before, address_after);
    flow.transport_delta = wire::checksum_delta(
        address_before + from.source_port,
        address_after + to.destination_port
    );
}

void translate_forward(
    std::span<uint8_t> bytes,
    const PacketMeta& meta,
    const Flow& flow
) noexcept {
    translate(
        bytes,
        meta,
        End::source,
        {flow.reverse.destination, flow.reverse.destination_port},
        flow
    );
}

void translate_reverse(
    std::span<uint8_t> bytes,
    const PacketMeta& meta,
    const Flow& flow
) noexcept {
    translate(bytes, meta, End::destination, {flow.forward.source, flow.forward.source_port}, flow);
}

bool decrement_ttl(std::span<uint8_t> bytes, const PacketMeta& meta) noexcept {
    uint8_t* ip = bytes.data() + meta.l3_offset;
    if (meta.family == api::Family::ipv6) {
        if (ip[7] <= 1) {
            return false;
        }
        --ip[7];
        return true;
    }
    if (ip[8] <= 1) {
        return false;
    }
    --ip[8];
    // What the word of TTL and protocol loses, in one's complement (RFC 1141).
    constexpr uint16_t kOneHop = 0xffff - 0x0100;
    wire::apply_delta(ip + wire::kIpv4Checksum, kOneHop);
    return true;
}

void clamp_mss(std::span<uint8_t> bytes, const PacketMeta& meta, uint16_t ip_mtu_bytes) noexcept {
    if (meta.kind != PacketKind::transport || (meta.tcp_flags & wire::kTcpSyn) == 0) {
        return;
    }
    uint8_t* tcp = bytes.data() + meta.l4_offset;
    const auto available = static_cast<uint32_t>(meta.l3_offset + meta.ip_size - meta.l4_offset);
    uint8_t* mss = find_mss(tcp, std::min<uint32_t>((tcp[12] >> 4) * 4U, available));
    const uint16_t headers = meta.family == api::Family::ipv4 ? wire::kIpv4Size : wire::kIpv6Size;
    const auto most = static_cast<uint16_t>(ip_mtu_bytes - headers - wire::kTcpSize);
    if (mss == nullptr || wire::load16(mss) <= most) {
        return;
    }
    // The option may begin at an odd offset, where its two bytes count in two words: sum from the even one.
    const size_t lead = static_cast<size_t>(mss - tcp) % 2;
    const uint64_t before = wire::sum_words(mss - lead, lead + 2);
    wire::store16(mss, most);
    const uint64_t after = wire::sum_words(mss - lead, lead + 2);
    wire::apply_delta(tcp + wire::kTcpChecksum, wire::checksum_delta(before, after));
}

void set_traffic_class(
    std::span<uint8_t> bytes,
    uint16_t l3_offset,
    uint8_t traffic_class
) noexcept {
    uint8_t* ip = bytes.data() + l3_offset;
    const uint64_t before = wire::load16(ip);
    if (ip[0] >> 4 == 4) {
        ip[1] = traffic_class;
        wire::apply_delta(ip + wire::kIpv4Checksum, wire::checksum_delta(before, wire::load16(ip)));
    } else {
        ip[0] = static_cast<uint8_t>((ip[0] & 0xf0) | traffic_class >> 4);
        ip[1] = static_cast<uint8_t>((ip[1] & 0x0f) | traffic_class << 4);
    }
}

}  // namespace egret
