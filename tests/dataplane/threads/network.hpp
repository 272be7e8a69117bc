// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenario.hpp"
#include "tables/ring.hpp"

#include <egret/api/sessions.hpp>
#include <egret/api/tables.hpp>
#include <egret/node.hpp>

#include <rte_mempool.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace egret::test {

inline constexpr uint8_t kThreads = 2;  ///< and workers of each node
inline constexpr uint16_t kPeers = 2;  ///< between the same two nodes; each worker owns one of them

/// Both ends of one session, for one thread to install: it owns the peer at both nodes.
struct SessionPair {
    api::SessionInstall edge;
    api::SessionInstall branch;
};

/// A branch and an edge with two workers each, in one process: thread w is worker w of both. What the branch's worker sends
/// its thread carries to the edge's, whoever owns it there, and back.
struct Network {
    explicit Network(rte_mempool* pool);

    [[nodiscard]] Node& node(api::Role role) const noexcept {
        return role == api::Role::branch ? *branch : *edge;
    }

    rte_mempool* pool;
    std::unique_ptr<Node> branch;
    std::unique_ptr<Node> edge;
    std::array<Ring<SessionPair>, kThreads> sessions{Ring<SessionPair>(8), Ring<SessionPair>(8)};
    std::atomic<uint64_t> n_installed{0};  ///< session pairs
    std::atomic<bool> ends{false};
};

/// The tables of both nodes with the first `n_peers` peers.
[[nodiscard]] api::Tables tables_of(api::Role role, uint16_t n_peers, uint64_t generation);

/// What the thread beside the workers does, as agents and controls do: new sessions for every peer, new generations, and at
/// times one without the second peer; events and punts are taken.
class Governor {
  public:
    explicit Governor(Network& network)
        : network_(network) {}

    /// One round; `loses_peers` says whether peers come and go.
    void govern(bool loses_peers, uint64_t now_ns);

    [[nodiscard]] uint64_t n_sessions() const noexcept { return n_sessions_; }

    [[nodiscard]] uint64_t generation() const noexcept { return generation_; }

  private:
    void make_sessions(uint64_t now_ns);
    void publish(uint16_t n_peers);
    void take_messages();

    Network& network_;
    uint64_t n_rounds_ = 0;
    uint64_t n_sessions_ = 0;
    uint64_t generation_ = 1;
};

}  // namespace egret::test
