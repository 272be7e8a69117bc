// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"

#include <egret/node.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace egret::test {

/// Workers of nodes that no test chose the number of: $EGRET_TEST_WORKERS, else 1. So every test of a node can be run with
/// several.
[[nodiscard]] uint8_t default_workers();

/// What one call of a node gave back, in order.
struct NodeOutput {
    std::vector<Bytes> inside;
    std::vector<Bytes> outside;
    std::vector<api::DropReason> drops;

    /// True if nothing left the node and the only thing that happened is one drop for `reason`.
    [[nodiscard]] bool only_dropped(api::DropReason reason) const;

    /// What happened next.
    void append(NodeOutput next);
};

/// The name of the reason of the only drop; else a text that says what was there instead. For STRCMP_EQUAL.
[[nodiscard]] const char* drop_of(const NodeOutput& output);

/// One node, driven frame by frame with a clock that only the test moves. When it is destroyed it checks that every
/// packet is accounted for; `take_violation` tells.
class NodeHarness {
  public:
    struct Options {
        uint32_t flow_capacity = 1024;
        bool enforce_mtu = true;
        uint64_t hash_seed = 0x1234;
        /// Workers of the node, all in the test's thread. Bursts come to one after the other, as an indifferent device would
        /// spread them, unless the test sets `receiver` and `rotates`.
        uint8_t workers = default_workers();
        /// False: next hops are found by ARP and neighbour discovery.
        bool static_next_hops = true;
    };

    /// A node that has its first generation.
    explicit NodeHarness(api::Tables tables);
    NodeHarness(api::Tables tables, const Options& options);

    /// A node that has none yet.
    explicit NodeHarness(api::Role role);

    ~NodeHarness();
    NodeHarness(const NodeHarness&) = delete;
    NodeHarness& operator=(const NodeHarness&) = delete;

    /// Any number of frames, in bursts as large as a node takes.
    NodeOutput process(api::Side side, const std::vector<Bytes>& frames);
    NodeOutput process(api::Side side, const Bytes& frame);

    /// One buffer as it is; it belongs to the node.
    NodeOutput process(api::Side side, rte_mbuf* packet);

    NodeOutput send_handshake(const api::HandshakeDatagram& datagram);
    NodeOutput flush_staged(uint16_t slot);
    NodeOutput poll();

    /// Takes everything the node has to say.
    std::vector<api::Event> events();
    std::vector<api::Punt> punts();

    /// The same, but returns only the events of one kind.
    std::vector<api::Event> events(api::EventKind kind);

    [[nodiscard]] Node& node() noexcept { return *node_; }

    [[nodiscard]] api::Role role() const noexcept { return role_; }

    /// Of all workers.
    [[nodiscard]] api::Counters counters() const;

    [[nodiscard]] uint32_t flows() const;
    [[nodiscard]] uint64_t packets_staged() const;

    [[nodiscard]] uint64_t drops(api::DropReason reason) const;

    /// True if received and generated packets are where the counters say.
    [[nodiscard]] bool is_conserved() const;

    /// Has the workers take over what was handed to them, until nothing is left.
    NodeOutput take_over();

    uint64_t now_ns = 1'000'000'000'000;
    uint8_t receiver = 0;    ///< the worker the next burst comes to
    bool rotates = true;     ///< afterwards it is another's turn
    bool takes_over = true;  ///< what one worker hands over the others take at once

  private:
    NodeHarness(api::Role role, const Options& options);
    NodeOutput take(BurstOutput& out) const;
    NodeOutput receive(api::Side side, std::span<rte_mbuf* const> packets);

    api::Role role_;
    std::unique_ptr<Node> node_;
};

/// What was wrong with a node destroyed since the last call; empty if nothing was.
[[nodiscard]] std::string_view take_violation();

}  // namespace egret::test
