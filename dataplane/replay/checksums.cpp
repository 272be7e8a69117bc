// SPDX-License-Identifier: Apache-2.0
#include "checksums.hpp"

#include "stages/wire.hpp"

namespace egret::replay {
namespace {

/// Where protocol `protocol` keeps its checksum, and whether it covers the addresses too.
struct ChecksumRule {
    bool known = false;
    bool pseudo_header = false;
};

ChecksumRule rule_of(const PacketMeta& meta) noexcept {
    switch (meta.protocol) {
        case wire::kTcp:
        case wire::kUdp:
            return {true, true};
        case wire::kIcmp:
            return {meta.family == api::Family::ipv4, false};
        case wire::kIcmpv6:
            return {meta.family == api::Family::ipv6, true};
        default:
            return {};
    }
}

bool transport_right(std::span<const uint8_t> frame, const PacketMeta& meta) noexcept {
    const ChecksumRule rule = rule_of(meta);
    const size_t size = meta.l3_offset + size_t{meta.ip_size} - meta.l4_offset;
    if (!rule.known || size < wire::kUdpSize) {
        return true;
    }
    const uint8_t* ip = frame.data() + meta.l3_offset;
    const uint8_t* transport = frame.data() + meta.l4_offset;
    const bool ipv4 = meta.family == api::Family::ipv4;
    if (meta.protocol == wire::kUdp && ipv4 && wire::load16(transport + wire::kUdpChecksum) == 0) {
        return true;
    }
    uint64_t sum = wire::sum_words(transport, size);
    if (rule.pseudo_header) {
        sum += ipv4 ? wire::sum_words(ip + wire::kIpv4Source, 8)
                    : wire::sum_words(ip + wire::kIpv6Source, 32);
        sum += size + meta.protocol;
    }
    return wire::fold(sum) == 0xffff;
}

}  // namespace

bool checksums_right(std::span<const uint8_t> frame, const PacketMeta& meta) noexcept {
    if (meta.family == api::Family::none || meta.kind == PacketKind::malformed) {
        return true;
    }
    if (meta.family == api::Family::ipv4) {
        const uint8_t* ip = frame.data() + meta.l3_offset;
        if (wire::fold(wire::sum_words(ip, (ip[0] & 0x0f) * size_t{4})) != 0xffff) {
            return false;
        }
    }
    const bool whole = meta.kind != PacketKind::fragment && meta.kind != PacketKind::unreachable;
    return !whole || meta.protocol == 0 || transport_right(frame, meta);
}

}  // namespace egret::replay
