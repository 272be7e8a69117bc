// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node_harness.hpp"
#include "readers.hpp"
#include "worker_state.hpp"

#include <egret/api/sessions.hpp>

#include <cstdint>
#include <vector>

namespace egret::test {

/// What a node consists of, open to the test: for what cannot be reached through Node, such as a session that has sent
/// 2^28 messages. Keys are CountingBackend's.
class StageWorker {
  public:
    explicit StageWorker(api::Tables tables);
    ~StageWorker();
    StageWorker(const StageWorker&) = delete;
    StageWorker& operator=(const StageWorker&) = delete;

    /// A session with the only peer, made now.
    Session& install(crypto::Suite suite, bool initiator, uint32_t receiver_index = 1);

    /// Frames of the LAN through all stages of a branch; at most a burst.
    NodeOutput send(const std::vector<Bytes>& frames);

    /// The sessions asked for since the last time.
    size_t sessions_wanted();

    [[nodiscard]] PeerRuntime& peer() { return peers.at(0); }

    [[nodiscard]] Context context() { return {snapshot, worker, now_ns, out}; }

    uint64_t now_ns = 1'000'000'000'000;
    BurstOutput out;
    Readers readers{1};
    SessionTable sessions{readers.variable()};
    PeerTable peers;
    Snapshot snapshot;
    WorkerState worker;
};

}  // namespace egret::test
