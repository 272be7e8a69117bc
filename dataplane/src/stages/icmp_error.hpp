// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

// ICMP and ICMPv6 errors back to the sender of a packet that goes no further, out of the port it came in by. They speak for
// the destination, as a bump in the wire has no inside address of its own. `packet` is a frame with its link header, from the
// inside. Errors about ICMP errors are not sent; without a free buffer nothing is.

/// `mtu_bytes` is the most its path carries: "fragmentation needed" (RFC 1191) or "packet too big" (RFC 4443 section 3.2).
void send_too_big(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    uint16_t mtu_bytes
) noexcept;

/// A rule forbids it: "communication administratively prohibited" (RFC 1812 section 5.2.7.1, RFC 4443 section 3.1).
void send_prohibited(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept;

}  // namespace egret
