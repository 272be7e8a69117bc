// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"
#include "stages/parse.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

using egret::PacketKind;
using egret::PacketMeta;
using egret::test::require;

namespace {

/// Every offset later stages trust lies in the packet, and the headers there are whole.
void require_in_bounds(const PacketMeta& meta, size_t size) {
    if (meta.kind != PacketKind::transport && meta.kind != PacketKind::icmp_error) {
        return;
    }
    const size_t end = meta.l3_offset + size_t{meta.ip_size};
    require(end <= size);
    require(meta.l4_offset > meta.l3_offset);
    if (meta.kind == PacketKind::transport) {
        require(meta.l4_offset + (meta.protocol == 6 ? 20U : 8U) <= end);
    } else {
        require(meta.quote_l3_offset >= meta.l4_offset + 8);
        require(meta.quote_l4_offset > meta.quote_l3_offset);
        require(meta.quote_l4_offset + 8U <= end);
    }
    require(meta.key.family == meta.family);
    require(meta.key.protocol == 6 || meta.key.protocol == 17);
}

}  // namespace

/// As a frame, and as the packet in a tunnel's payload.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size > UINT16_MAX) {
        return 0;
    }
    const std::span bytes{data, size};
    PacketMeta meta{};
    egret::parse_frame(bytes, meta);
    require_in_bounds(meta, size);
    egret::parse_packet(bytes, 0, meta);
    require_in_bounds(meta, size);
    return 0;
}
