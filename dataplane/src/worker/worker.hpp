// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/port.hpp"
#include "worker/clock.hpp"
#include "worker/doorbell.hpp"
#include "worker/idle.hpp"
#include "worker/task_queue.hpp"

#include <egret/burst_output.hpp>
#include <egret/node.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace egret {

/// Which ports a worker looks at. Frames of a port that is on neither side are freed: a configuration may use it later, and
/// would find old frames.
struct Binding {
    Port* inside = nullptr;  ///< nullptr: none yet, nothing is forwarded
    Port* outside = nullptr;
    std::vector<Port*> unused;

    [[nodiscard]] Port* of(api::Side side) const noexcept {
        return side == api::Side::inside ? inside : outside;
    }
};

/// One node's packet loop:
///
///     tasks of the agent -> frames from inside and outside, through the node, to the ports -> the node's timers
///     nothing to do for a while -> sleep shortly
///
/// Threads: `run` is the worker's; the agent uses `tasks`, `wake`, `stop` and `turns`. What tasks use belongs to the worker.
class Worker {
  public:
    Worker(Node& node, Clock boot_ns, Doorbell bell, Doorbell& agent_bell);

    /// Returns after `stop`. All tasks given before it are done.
    void run();

    // Agent.

    [[nodiscard]] TaskQueue& tasks() noexcept { return tasks_; }

    /// After tasks were given.
    void wake() noexcept { bell_.ring(); }

    void stop() noexcept;

    /// Grows as long as the worker lives.
    [[nodiscard]] uint64_t turns() const noexcept { return turns_.load(std::memory_order_relaxed); }

    // Tasks, on the worker's thread.

    [[nodiscard]] Node& node() noexcept { return node_; }

    [[nodiscard]] uint64_t now_ns() const noexcept { return now_ns_; }

    /// Takes what the node gives back; `transmit` afterwards.
    [[nodiscard]] BurstOutput& out() noexcept { return out_; }

    /// Sends what is in `out` and frees what was dropped.
    void transmit() noexcept;

    /// Looks at these ports from now on. The agent keeps them alive.
    void bind(Binding binding) noexcept { binding_ = std::move(binding); }

  private:
    uint32_t turn();
    uint32_t forward(api::Side side);
    uint32_t discard(Port& port) noexcept;
    [[nodiscard]] bool has_news() const noexcept;
    void sleep() noexcept;

    Node& node_;
    Clock boot_ns_;
    Doorbell bell_;
    Doorbell& agent_bell_;
    TaskQueue tasks_;
    Binding binding_;
    Idle idle_;
    BurstOutput out_;
    uint64_t now_ns_ = 0;
    std::atomic<bool> stopping_{false};  ///< agent: rw, worker: ro
    std::atomic<uint64_t> turns_{0};     ///< worker: rw, agent: ro
};

}  // namespace egret
