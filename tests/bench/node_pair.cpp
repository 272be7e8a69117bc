// SPDX-License-Identifier: Apache-2.0
#include "node_pair.hpp"

#include "circuit.hpp"

#include <utility>

namespace egret::bench {
namespace {

constexpr uint64_t kHashSeed = 0x5eed;
/// Nobody answers ARP in a bench.
constexpr PortLink kLink{{0x02, 0, 0, 0, 0, 1}, {0x02, 0, 0, 0, 0, 2}};

}  // namespace

tl::expected<NodePair, std::string> NodePair::create(rte_mempool* pool, const Setting& setting) {
    auto tables = compile_pair(setting);
    if (!tables) {
        return tl::unexpected(tables.error());
    }
    const auto sessions = make_sessions(setting, Circuit::kStart);
    api::Tables* const of_role[] = {&tables->branch, &tables->edge};
    NodePair pair;
    for (size_t role = 0; role < pair.nodes_.size(); ++role) {
        NodeOptions options;
        options.pool = pool;
        options.hash_seed = kHashSeed + role;
        options.inside = kLink;
        options.outside = kLink;
        options.aead = setting.aead();
        auto node = Node::create(options);
        if (!node) {
            return tl::unexpected(node.error());
        }
        pair.nodes_[role] = std::move(*node);
        if (!pair.nodes_[role]->publish(std::move(*of_role[role])) ||
            pair.nodes_[role]->install(sessions[role]) != api::InstallStatus::installed) {
            return tl::unexpected<std::string>("a node refused its tables or its session");
        }
    }
    return pair;
}

void NodePair::poll(Way way, uint64_t now_ns) const {
    BurstOutput out;
    node(way).poll(now_ns, out);
    for (const BurstOutput::Transmit& transmit : out.transmits()) {
        rte_pktmbuf_free(transmit.packet);
    }
    out.free_dropped();
}

void NodePair::drain(Way way) const {
    api::Event event;
    while (node(way).next_event(event)) {
    }
}

}  // namespace egret::bench
