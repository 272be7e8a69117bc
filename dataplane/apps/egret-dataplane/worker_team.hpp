// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "worker/worker.hpp"

#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret {

/// The workers of a node, each on an lcore of its own. Threads: the main one's.
class WorkerTeam {
  public:
    /// As many as the node wants. Node and bell outlive them. Error: one sentence.
    [[nodiscard]] static tl::expected<WorkerTeam, std::string>
    create(Node& node, Clock boot_ns, Doorbell& agent_bell);

    /// By number.
    [[nodiscard]] std::vector<Worker*> workers() const;

    /// Has them run, one on each lcore.
    void start(std::span<const unsigned> lcores);

    /// Returns when all have ended.
    void stop();

  private:
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<unsigned> lcores_;
};

}  // namespace egret
