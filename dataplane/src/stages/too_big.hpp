// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// Tells the sender of `packet` (a frame with its link header, from the inside) that `mtu_bytes` is the most its path
/// carries: ICMP "fragmentation needed" (RFC 1191) or ICMPv6 "packet too big" (RFC 4443 section 3.2), back out of the port
/// it came in by. It speaks for the destination, as a bump in the wire has no inside address of its own. Errors about
/// ICMP errors are not sent; without a free buffer nothing is.
void send_too_big(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    uint16_t mtu_bytes
) noexcept;

}  // namespace egret
