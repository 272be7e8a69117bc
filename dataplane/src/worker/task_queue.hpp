// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tables/ring.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace egret {

class Worker;

/// Something the agent wants done by the worker. It is made and destroyed on the agent's thread.
struct Task {
    /// On the worker's thread, between two bursts: must neither block nor take long.
    std::function<void(Worker&)> work;
    /// On the agent's thread, afterwards; may be empty.
    std::function<void()> done;
};

/// The way of tasks to the worker and back: done in the order they were given, and given back in that order.
class TaskQueue {
  public:
    /// Tasks on their way at most, so that a push never fails.
    static constexpr uint32_t kCapacity = 1024;

    TaskQueue()
        : to_worker_(kCapacity),
          to_agent_(kCapacity) {}

    TaskQueue(const TaskQueue&) = delete;
    TaskQueue& operator=(const TaskQueue&) = delete;
    ~TaskQueue();

    /// Agent: gives a task on. False, and nothing happens, if kCapacity are on their way.
    [[nodiscard]] bool give(Task task);

    /// Agent: calls `done` of every task that came back.
    void collect();

    /// Agent: tasks that did not come back yet.
    [[nodiscard]] uint32_t n_given() const noexcept { return n_given_; }

    /// Worker: does up to `max` tasks. Returns how many.
    uint32_t work(Worker& worker, uint32_t max);

    /// Worker: true if a task waits.
    [[nodiscard]] bool waiting() const noexcept { return !to_worker_.empty(); }

    /// Agent: true if a task came back.
    [[nodiscard]] bool came_back() const noexcept { return !to_agent_.empty(); }

  private:
    Ring<Task*> to_worker_;  ///< raw, because rings hold plain data; owned by whoever pops them
    Ring<Task*> to_agent_;
    uint32_t n_given_ = 0;  ///< agent's
};

}  // namespace egret
