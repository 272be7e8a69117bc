// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "setting.hpp"
#include "way.hpp"

#include <egret/node.hpp>

#include <array>
#include <memory>

namespace egret::bench {

/// The shipped nodes of a branch and an edge with one session between them.
class NodePair {
  public:
    /// Their clock begins at Circuit::kStart. Error: one line.
    [[nodiscard]] static tl::expected<NodePair, std::string>
    create(rte_mempool* pool, const Setting& setting);

    [[nodiscard]] Node& node(Way way) const noexcept {
        return *nodes_[static_cast<size_t>(role_of(way))];
    }

    /// Lets a node do its housekeeping; what it sends by itself goes nowhere.
    void poll(Way way, uint64_t now_ns) const;

    /// Takes the events of a node off its hands, as control would.
    void drain(Way way) const;

  private:
    NodePair() = default;

    std::array<std::unique_ptr<Node>, 2> nodes_;  ///< by api::Role
};

}  // namespace egret::bench
