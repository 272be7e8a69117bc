// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/agent_state.hpp"

#include <egret/api/sessions.hpp>

#include <cstdint>
#include <optional>

namespace egret {

/// Carries handshakes and events from the worker to control. While control is away they wait, in rings that are bounded:
/// a control that restarts finds them. Threads: the agent's.
class News {
  public:
    explicit News(AgentState& state)
        : state_(state) {}

    /// Sends what there is, as far as control takes it.
    void tell();

    /// Handshakes that were too old when control came back.
    [[nodiscard]] uint64_t n_lost() const noexcept { return n_lost_; }

  private:
    [[nodiscard]] bool next_punt();

    AgentState& state_;
    std::optional<api::Punt> punt_;  ///< taken from the ring, not yet sent
    uint64_t n_lost_ = 0;
};

}  // namespace egret
