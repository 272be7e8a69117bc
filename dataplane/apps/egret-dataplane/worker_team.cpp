// SPDX-License-Identifier: Apache-2.0
#include "worker_team.hpp"

#include <rte_launch.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace egret {
namespace {

int run_worker(void* worker) {
    static_cast<Worker*>(worker)->run();
    return 0;
}

}  // namespace

tl::expected<WorkerTeam, std::string>
WorkerTeam::create(Node& node, Clock boot_ns, Doorbell& agent_bell) {
    WorkerTeam team;
    for (uint8_t number = 0; number < node.workers(); ++number) {
        auto bell = Doorbell::create();
        if (!bell) {
            return tl::unexpected(bell.error());
        }
        team.workers_.push_back(
            std::make_unique<Worker>(node, boot_ns, std::move(*bell), agent_bell, number)
        );
    }
    for (const auto& worker : team.workers_) {
        worker->meet(team.workers());
    }
    return team;
}

std::vector<Worker*> WorkerTeam::workers() const {
    std::vector<Worker*> all;
    std::ranges::transform(workers_, std::back_inserter(all), [](const auto& worker) {
        return worker.get();
    });
    return all;
}

void WorkerTeam::start(std::span<const unsigned> lcores) {
    lcores_.assign(lcores.begin(), lcores.end());
    for (size_t i = 0; i < workers_.size(); ++i) {
        rte_eal_remote_launch(run_worker, workers_[i].get(), lcores_[i]);
    }
}

void WorkerTeam::stop() {
    for (const auto& worker : workers_) {
        worker->stop();
    }
    for (const unsigned lcore : lcores_) {
        rte_eal_wait_lcore(lcore);
    }
}

}  // namespace egret
