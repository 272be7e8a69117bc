// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// Answers an ICMP or ICMPv6 echo request to one of the node's own addresses on the port it came in by, in its own buffer
/// (RFC 792, RFC 4443 section 4.2); at most kEchoRate a second, the rest is dropped. The frame is to the port's own MAC
/// address and untagged. False: it is none, and the caller's.
[[nodiscard]] bool
reply_to_echo(Context& context, rte_mbuf* packet, const PacketMeta& meta, api::Side side) noexcept;

inline constexpr uint64_t kEchoRate = 100;

}  // namespace egret
