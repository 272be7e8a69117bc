// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// Sends a probe to a peer, which must be able to send (PeerRuntime::can_send).
void send_probe(Context& context, uint16_t slot) noexcept;

/// Takes probes and their replies out of the authentic payloads of a burst: probes are answered, replies tell the round trip
/// and where the peer receives. Whatever else is in the list stays.
void take_probes(Context& context, Burst& burst, PacketList& data) noexcept;

}  // namespace egret
