// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"

#include <cstdint>
#include <span>

namespace egret {

// Parts of parse: what stands between an IP header and the transport header. They trust no length.

/// Where the chain of IPv6 extension headers ends.
struct TransportPlace {
    /// With `transport` a header of `protocol` begins at `offset`.
    PacketKind kind = PacketKind::unreachable;
    uint8_t protocol = 0;
    uint16_t offset = 0;
};

/// Follows extension headers (RFC 8200 section 4) from `offset` to the transport header, not past `end`, which lies in
/// `bytes`.
[[nodiscard]] TransportPlace skip_extension_headers(
    std::span<const uint8_t> bytes,
    uint16_t offset,
    uint32_t end,
    uint8_t protocol
) noexcept;

/// True if IPv4 options name a route (RFC 791 section 3.1) that is not yet at its end: then the destination in the header is
/// not the last one, and there is nothing to classify by.
[[nodiscard]] bool is_source_routed(std::span<const uint8_t> options) noexcept;

}  // namespace egret
