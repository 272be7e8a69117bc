// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/connection.hpp"
#include "ports/port.hpp"
#include "worker/worker.hpp"

#include <egret/aead_choice.hpp>
#include <egret/api/messages.hpp>
#include <egret/node.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace egret {

using Ports = std::vector<std::unique_ptr<Port>>;

struct AgentOptions {
    uint64_t instance = 0;    ///< drawn at random for this run
    uint64_t started_ns = 0;  ///< when this run began, by `clocks`
    bool huge_pages = false;
    AeadChoices aead{};          ///< for display
    uint16_t max_simd_bits = 0;  ///< 0: no limit
    Clocks clocks{};
    /// Writes one line for the operator.
    std::function<void(const std::string&)> report;
    /// Called about ten times a second while all workers live; may be empty.
    std::function<void()> alive;
};

/// What the agent's parts share. Threads: the agent's; the node and the worker as they say themselves.
struct AgentState {
    AgentOptions options;
    Node& node;
    std::vector<Worker*> workers;  ///< by number
    Ports& ports;
    Doorbell& bell;  ///< rung by the workers
    Connection connection{};
    uint64_t generation = 0;  ///< live one
    uint16_t slots_used = 0;  ///< one above the highest peer slot ever published

    /// True if every worker has room for another task.
    [[nodiscard]] bool can_give() const noexcept;

    /// Gives worker 0, or the one with this number, a task; waits for room if there is none.
    void give(std::function<void(Worker&)> work, std::function<void()> done = {}, uint8_t to = 0);

    /// Gives every worker the same task; `done` comes when the last has done it.
    void give_all(const std::function<void(Worker&)>& work, std::function<void()> done = {});

    /// Returns when every task given so far was done.
    void finish_tasks();

    /// Has every worker do something, and waits for it.
    void run_task(const std::function<void(Worker&)>& work);

    /// Takes back what the workers have done.
    void collect() const;

    /// True if a task came back.
    [[nodiscard]] bool came_back() const noexcept;

    /// nullptr: there is none of this name.
    [[nodiscard]] Port* find_port(std::string_view name) const noexcept;

    /// "lan0, wan0"
    [[nodiscard]] std::string port_names() const;
};

/// Where the answer to a request goes: nowhere if its connection is gone by then.
class Reply {
  public:
    Reply(AgentState& state, uint32_t request) noexcept
        : state_(&state),
          connection_(state.connection.serial()),
          request_(request) {}

    template <class Body>
    void send(const Body& body) const {
        if (wanted()) {
            state_->connection.send(body, request_);
        }
    }

    /// With the generation that is live now.
    void answer(api::AnswerStatus status, std::string_view text = {}) const;

    [[nodiscard]] bool wanted() const noexcept {
        return state_->connection.open() && state_->connection.serial() == connection_;
    }

  private:
    AgentState* state_;
    uint64_t connection_;
    uint32_t request_;
};

}  // namespace egret
