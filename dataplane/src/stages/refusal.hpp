// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// What a worker tells clients of refused flows, a second. More than the clients of a branch begin; a flood of theirs does
/// not double itself.
inline constexpr uint64_t kRefusalRate = 10'000;

/// Tells the client that the flow of `packet`, a frame with its link header from the inside, was refused, so that it tries
/// another address now instead of when its SYN has gone unanswered for long enough: a reset for TCP, as a closed port sends
/// it (RFC 9293 section 3.10.7.1), an ICMP error for UDP. Nothing above kRefusalRate. `packet` stays the caller's.
void answer_refused(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept;

}  // namespace egret
