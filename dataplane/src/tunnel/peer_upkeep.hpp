// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "worker_state.hpp"

namespace egret {

// What becomes of the peers' lasting state beside the way of a packet. Threads: the worker.

/// Brings the peers in step with a new generation: room for new slots, endpoints as configured anew. The sessions, staged
/// packets and endpoints of slots that are gone end here. A slot whose key changed keeps all of it: that is a rotation.
void follow_generation(WorkerState& worker, const Snapshot& snapshot);

/// Drops what waits for a peer's keys, as `no_session`.
void drop_staged(WorkerState& worker, PeerRuntime& peer);

}  // namespace egret
