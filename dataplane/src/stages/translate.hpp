// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "stages/wire.hpp"

#include <cstdint>

namespace egret {

/// Computes what forward translation of `flow` adds to its checksums, from its two keys. Call when both are final.
void prepare_translation(Flow& flow) noexcept;

/// False if `translate_forward` and `translate_reverse` have nothing to do.
[[nodiscard]] inline bool is_rewritten(const PacketMeta& meta, const Flow& flow) noexcept {
    return flow.translated || meta.kind == PacketKind::icmp_error;
}

/// Rewrites a packet of the flow's opener: its source becomes what answers will be sent to (`reverse`'s destination).
/// An ICMP error gets its own source and the quoted packet's destination rewritten, also where the flow is not translated.
/// Checksums are updated incrementally: one that was wrong stays wrong.
void translate_forward(std::span<uint8_t> bytes, const PacketMeta& meta, const Flow& flow) noexcept;

/// Rewrites a packet of the other direction: its destination becomes the opener's own address and port (`forward`'s
/// source); in an ICMP error its own destination and the quoted packet's source.
void translate_reverse(std::span<uint8_t> bytes, const PacketMeta& meta, const Flow& flow) noexcept;

/// Takes one hop off the TTL or hop limit; false, and nothing changes, if none is left for the next hop.
[[nodiscard]] bool decrement_ttl(std::span<uint8_t> bytes, const PacketMeta& meta) noexcept;

/// True of the few packets worth the call of `clamp_mss`.
[[nodiscard]] inline bool has_syn(const PacketMeta& meta) noexcept {
    return (meta.tcp_flags & wire::kTcpSyn) != 0;
}

/// Lowers the MSS option of a SYN or SYN-ACK to what fits `ip_mtu_bytes`; never raises it. No option, no change.
void clamp_mss(std::span<uint8_t> bytes, const PacketMeta& meta, uint16_t ip_mtu_bytes) noexcept;

/// Replaces DSCP and ECN of an IP header.
void set_traffic_class(
    std::span<uint8_t> bytes,
    uint16_t l3_offset,
    uint8_t traffic_class
) noexcept;

}  // namespace egret
