// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network.hpp"
#include "packet_builder.hpp"

#include <egret/burst_output.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace egret::test {

/// Worker w of both nodes, the wire between them, the clients and the services, on one thread.
///
///     client frames -> branch ==== NAT whose port changes: the peer roams ==== edge -> service, which answers -> ...
class Traffic {
  public:
    /// A sealed message: receiver index and counter. No two may be the same.
    using Nonce = std::pair<uint32_t, uint64_t>;

    Traffic(Network& network, uint8_t worker, bool roams);

    /// Until the network ends.
    void run();

    /// Everything once; after the end nothing new is sent.
    void turn();

    uint64_t n_asked = 0;      ///< packets of clients
    uint64_t n_served = 0;     ///< that reached a service
    uint64_t n_answered = 0;   ///< whose answer reached the client
    uint64_t n_wrong = 0;      ///< came out other than they went in
    uint64_t n_installed = 0;  ///< sessions
    std::vector<Nonce> nonces;

  private:
    void install();
    void ask();
    void process(api::Role role, api::Side side, std::vector<rte_mbuf*>& packets);
    void drain(api::Role role);
    void sort(api::Role role);
    void cross(api::Role from, rte_mbuf* packet);
    void serve(rte_mbuf* packet);
    void hear(rte_mbuf* packet);
    void carry();

    Network& network_;
    uint8_t worker_;
    bool roams_;
    uint64_t now_ns_ = 0;
    uint64_t next_id_ = 0;
    uint16_t nat_port_ = 40'000;
    Bytes frame_;  ///< of a client
    BurstOutput out_;
    std::vector<rte_mbuf*> to_edge_;
    std::vector<rte_mbuf*> to_branch_;
    std::vector<rte_mbuf*> answers_;
};

/// CLOCK_MONOTONIC, in nanoseconds.
[[nodiscard]] uint64_t clock_ns() noexcept;

}  // namespace egret::test
