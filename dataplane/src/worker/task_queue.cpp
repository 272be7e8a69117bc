// SPDX-License-Identifier: Apache-2.0
#include "worker/task_queue.hpp"

namespace egret {

/// Both threads are done with the queue.
TaskQueue::~TaskQueue() {
    for (Ring<Task*>* ring : {&to_worker_, &to_agent_}) {
        for (Task* task = nullptr; ring->pop(task);) {
            delete task;
        }
    }
}

bool TaskQueue::give(Task task) {
    if (n_given_ == kCapacity) {
        return false;
    }
    ++n_given_;
    auto owned = std::make_unique<Task>(std::move(task));
    return to_worker_.push(owned.release());
}

void TaskQueue::collect() {
    for (Task* popped = nullptr; to_agent_.pop(popped);) {
        const std::unique_ptr<Task> task(popped);
        --n_given_;
        if (task->done) {
            task->done();
        }
    }
}

uint32_t TaskQueue::work(Worker& worker, uint32_t max) {
    uint32_t n = 0;
    for (Task* task = nullptr; n < max && to_worker_.pop(task); ++n) {
        task->work(worker);
        static_cast<void>(to_agent_.push(task));  // has room for all that are on their way
    }
    return n;
}

}  // namespace egret
