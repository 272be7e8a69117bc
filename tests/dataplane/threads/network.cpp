// SPDX-License-Identifier: Apache-2.0
#include "network.hpp"

#include <cstdio>
#include <cstdlib>
#include <span>
#include <utility>

namespace egret::test {
namespace {

/// The two sessions before still receive: what is in flight under a sanitizer must not be older than they are.
constexpr uint64_t kRoundsPerSession = 5;

std::unique_ptr<Node> make_node(api::Role role, rte_mempool* pool) {
    const bool branch = role == api::Role::branch;
    NodeOptions options;
    options.pool = pool;
    options.workers = kThreads;
    options.flow_capacity = 4096;
    options.hash_seed = branch ? 0x1234 : 0x5678;
    options.inside = branch ? PortLink{} : PortLink{kEdgeInsideMac, kServiceMac};
    options.outside = {branch ? kBranchMac : kEdgeOutsideMac, kInternetMac};
    auto node = Node::create(options);
    if (!node || !(*node)->publish(tables_of(role, kPeers, 1))) {
        std::fprintf(stderr, "a node could not be made\n");
        std::exit(1);
    }
    return std::move(*node);
}

/// Different for each session and direction.
void draw_key(std::array<std::byte, crypto::kAeadKeySize>& key, uint64_t number, uint8_t way) {
    for (size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::byte>(number >> 8 * (i % 8) ^ (i * 37 + way));
    }
}

}  // namespace

Network::Network(rte_mempool* pool_)
    : pool(pool_),
      branch(make_node(api::Role::branch, pool)),
      edge(make_node(api::Role::edge, pool)) {}

api::Tables tables_of(api::Role role, uint16_t n_peers, uint64_t generation) {
    const bool branch = role == api::Role::branch;
    api::Tables tables = branch ? branch_tables() : edge_tables();
    tables.generation = generation;
    if (n_peers > 1) {
        tables.peers.push_back(tables.peers.front());
        tables.peers.back().slot = 1;
    }
    if (n_peers > 1 && branch) {
        tables.groups[0].members = add_numbers(tables, {0, 1});
    }
    return tables;
}

void Governor::govern(bool loses_peers, uint64_t now_ns) {
    if (n_rounds_++ % kRoundsPerSession == 0) {
        make_sessions(now_ns);
    }
    publish(loses_peers && n_rounds_ % 4 == 0 ? 1 : kPeers);
    network_.branch->reclaim();
    network_.edge->reclaim();
    take_messages();
}

void Governor::make_sessions(uint64_t now_ns) {
    for (uint16_t slot = 0; slot < kPeers; ++slot) {
        const uint64_t number = ++n_sessions_;
        const uint32_t worker = api::worker_of_slot(slot, kThreads);
        const auto low = static_cast<uint32_t>(number * 2);
        SessionPair pair;
        pair.edge.peer = pair.branch.peer = slot;
        pair.edge.created_ns = pair.branch.created_ns = now_ns;
        pair.edge.receiver_index = worker << 24 | low;
        pair.branch.receiver_index = worker << 24 | (low + 1);
        pair.edge.remote_index = pair.branch.receiver_index;
        pair.branch.remote_index = pair.edge.receiver_index;
        pair.branch.initiator = true;
        pair.edge.endpoint = endpoint(kBranchOutside.ipv4, kTunnelPort);
        pair.branch.endpoint = endpoint(kEdgeOutside.ipv4, kTunnelPort);
        draw_key(pair.edge.send_key, number, 1);
        draw_key(pair.edge.receive_key, number, 2);
        pair.branch.send_key = pair.edge.receive_key;
        pair.branch.receive_key = pair.edge.send_key;
        // A full ring: that thread was not scheduled for a while, and goes on with the session it has.
        static_cast<void>(network_.sessions[worker].push(pair));
    }
}

/// Both nodes know the same peers, if not at the same moment.
void Governor::publish(uint16_t n_peers) {
    ++generation_;
    for (const api::Role role : {api::Role::edge, api::Role::branch}) {
        // Busy while the workers still use two older ones: the next round's will do.
        static_cast<void>(network_.node(role).publish(tables_of(role, n_peers, generation_)));
    }
}

void Governor::take_messages() {
    for (const api::Role role : {api::Role::edge, api::Role::branch}) {
        for (api::Event event; network_.node(role).next_event(event);) {
        }
        for (api::Punt punt; network_.node(role).next_punt(punt);) {
        }
    }
}

}  // namespace egret::test
