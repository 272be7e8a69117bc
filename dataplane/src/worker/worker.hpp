// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/port.hpp"
#include "tables/ring.hpp"
#include "worker/clock.hpp"
#include "worker/doorbell.hpp"
#include "worker/idle.hpp"
#include "worker/task_queue.hpp"

#include <egret/burst_output.hpp>
#include <egret/node.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <utility>
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

/// The packet loop of one of a node's workers:
///
///     tasks of the agent -> frames from inside and outside, through the node, to the ports -> what other workers handed
///     over, the same way -> the node's timers
///     nothing to do for a while -> sleep shortly
///
/// Where a port has one queue for all, worker 0 receives from it, and transmits what the others have for it.
/// Threads: `run` is the worker's; the agent uses `tasks`, `wake`, `stop` and `turns`. What tasks use belongs to the worker.
class Worker {
  public:
    /// `number`: its own among the node's workers.
    Worker(Node& node, Clock boot_ns, Doorbell bell, Doorbell& agent_bell, uint8_t number = 0);

    /// All workers of the node, by number, this one included; before any of them runs. They outlive each other's `run`.
    void meet(std::vector<Worker*> all) noexcept { all_ = std::move(all); }

    [[nodiscard]] uint8_t number() const noexcept { return number_; }

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
    /// A packet another worker has for a port that only worker 0 sends to.
    struct Outgoing {
        rte_mbuf* packet;
        api::Side side;
    };

    uint32_t turn();
    uint32_t forward(api::Side side);
    uint32_t take_over();
    uint32_t send_for_others() noexcept;
    void send(api::Side side, std::span<rte_mbuf*> packets) noexcept;
    void wake_others() noexcept;
    [[nodiscard]] bool has_work() const noexcept;
    uint32_t discard(Port& port) noexcept;
    [[nodiscard]] bool has_news() const noexcept;
    void sleep() noexcept;

    static constexpr uint32_t kOutgoing = 1024;

    Node& node_;
    uint8_t number_;
    std::vector<Worker*> all_;
    Ring<Outgoing> outgoing_;  ///< this worker writes, worker 0 reads
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
