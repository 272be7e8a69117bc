// SPDX-License-Identifier: Apache-2.0
#include "agent/agent_state.hpp"

#include <algorithm>
#include <utility>

namespace egret {

void AgentState::give(std::function<void(Worker&)> work, std::function<void()> done) {
    if (!can_give()) {
        finish_tasks();
    }
    static_cast<void>(worker.tasks().give({std::move(work), std::move(done)}));
    worker.wake();
}

void AgentState::finish_tasks() {
    constexpr uint32_t kLookUs = 1000;
    while (worker.tasks().n_given() > 0) {
        bell.listen();
        if (!worker.tasks().came_back()) {
            bell.wait(kLookUs);
        }
        bell.hush();
        worker.tasks().collect();
    }
}

void AgentState::run_task(std::function<void(Worker&)> work) {
    finish_tasks();
    give(std::move(work));
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
