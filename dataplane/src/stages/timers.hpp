// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "worker_state.hpp"

namespace egret {

/// Looks after the peers whose turn it is: old keys, staged packets that can leave, keepalives, sessions that are wanted.
/// Each peer is looked at once in kPeerRound. Once a loop.
void run_peer_timers(Context& context) noexcept;

/// Sends a keepalive if the newest session is this node's own and nothing was sent by it yet: the peer may send by it only
/// when it has seen a message. Call when a session was installed and what was staged has left.
void confirm_by_keepalive(Context& context, uint16_t slot) noexcept;

}  // namespace egret
