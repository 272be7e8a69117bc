// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/tunnels.hpp"
#include "node_harness.hpp"
#include "scenario.hpp"

#include <egret/crypto/random.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace egret::test {

/// A branch and an edge with real handshakes, and a wire between them that a test can tamper with. Everything happens in
/// the calling thread and only when asked; time passes in `advance` alone.
class NodePair {
  public:
    explicit NodePair(const Scenario& scenario = {});
    NodePair(const api::Tables& at_branch, const api::Tables& at_edge);
    NodePair(
        const api::Tables& at_branch,
        const api::Tables& at_edge,
        const NodeHarness::Options& options
    );
    ~NodePair();
    NodePair(const NodePair&) = delete;
    NodePair& operator=(const NodePair&) = delete;

    /// Shakes hands and has the branch send its first message, so that both send under the new keys.
    void connect();

    /// Frames from the LAN; returns what reached the service's network meanwhile.
    std::vector<Bytes> from_clients(const std::vector<Bytes>& frames);

    /// Frames from the service's network; returns what reached the LAN meanwhile.
    std::vector<Bytes> from_services(const std::vector<Bytes>& frames);

    /// Puts frames on the wire as they are: to the edge, or to the branch.
    void put_on_wire(api::Role to, const std::vector<Bytes>& frames);

    /// Lets time pass in steps of at most a second, with timers and handshakes at each.
    void advance(uint64_t ns);

    /// Has both ends initiate at the same moment, as where each wants new keys.
    void want_sessions();

    /// Carries what is to be carried until both nodes are quiet.
    void settle();

    /// Called with what is about to cross the wire, one node's call at a time; returns what arrives. Absent: all of it.
    std::function<std::vector<Bytes>(api::Role to, std::vector<Bytes> frames)> wire;

    /// False: no handshake datagram is made or answered.
    bool handshakes = true;

    NodeHarness branch;
    NodeHarness edge;

    // What happened so far, in order; tests may clear them.
    std::vector<Bytes> service;  ///< left the edge inside
    std::vector<Bytes> lan;      ///< left the branch inside
    std::vector<Bytes> clear;    ///< left the branch outside, not for the edge's tunnel
    std::vector<Bytes> crossed;  ///< left for the other node's tunnel, before `wire`
    std::vector<api::DropReason> branch_drops;
    std::vector<api::DropReason> edge_drops;
    std::vector<api::Event> branch_events;  ///< all but those about tunnels, which control takes
    std::vector<api::Event> edge_events;
    size_t sessions_wanted = 0;

  private:
    class Sink;
    struct Control;

    NodeHarness& node(api::Role role) noexcept { return role == api::Role::branch ? branch : edge; }

    [[nodiscard]] control::Moment moment() const noexcept;
    void take(api::Role from, NodeOutput output);
    bool hear(api::Role role);
    bool speak(api::Role role);
    bool carry();

    std::unique_ptr<Control> branch_control_;
    std::unique_ptr<Control> edge_control_;

    struct Crossing {
        api::Role to;
        std::vector<Bytes> frames;
    };

    std::deque<Crossing> crossing_;
};

}  // namespace egret::test
