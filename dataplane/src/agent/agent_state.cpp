// SPDX-License-Identifier: Apache-2.0
#include "agent/agent_state.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace egret {

bool AgentState::can_give() const noexcept {
    return std::ranges::all_of(workers, [](Worker* worker) {
        return worker->tasks().n_given() < TaskQueue::kCapacity;
    });
}

void AgentState::give(std::function<void(Worker&)> work, std::function<void()> done, uint8_t to) {
    if (!can_give()) {
        finish_tasks();
    }
    static_cast<void>(workers[to]->tasks().give({std::move(work), std::move(done)}));
    workers[to]->wake();
}

void AgentState::give_all(const std::function<void(Worker&)>& work, std::function<void()> done) {
    const auto n_left = std::make_shared<size_t>(workers.size());
    const auto last_done = [n_left, done = std::move(done)] {
        if (--*n_left == 0 && done) {
            done();
        }
    };
    for (const Worker* worker : workers) {
        give(work, last_done, worker->number());
    }
}

void AgentState::collect() const {
    for (Worker* worker : workers) {
        worker->tasks().collect();
    }
}

bool AgentState::came_back() const noexcept {
    return std::ranges::any_of(workers, [](Worker* worker) { return worker->tasks().came_back(); });
}

void AgentState::finish_tasks() {
    constexpr uint32_t kLookUs = 1000;
    const auto is_busy = [](Worker* worker) { return worker->tasks().n_given() > 0; };
    while (std::ranges::any_of(workers, is_busy)) {
        bell.listen();
        if (!came_back()) {
            bell.wait(kLookUs);
        }
        bell.hush();
        collect();
    }
}

void AgentState::run_task(const std::function<void(Worker&)>& work) {
    finish_tasks();
    give_all(work);
    finish_tasks();
}

Port* AgentState::find_port(std::string_view name) const noexcept {
    const auto found = std::find_if(ports.begin(), ports.end(), [name](const auto& port) {
        return port->name() == name;
    });
    return found == ports.end() ? nullptr : found->get();
}

std::string AgentState::port_names() const {
    std::string names;
    for (const auto& port : ports) {
        names += (names.empty() ? "" : ", ") + port->name();
    }
    return names;
}

void Reply::answer(api::AnswerStatus status, std::string_view text) const {
    api::Answer answer;
    answer.status = status;
    answer.generation = state_->generation;
    answer.text = api::ShortText<200>(text);
    send(answer);
}

}  // namespace egret
