// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/agent_state.hpp"
#include "worker/frame_tap.hpp"

#include <egret/api/messages.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace egret {

/// Captures that run now, at most one a port. Threads: the agent's.
class Captures {
  public:
    explicit Captures(AgentState& state)
        : state_(state) {}

    /// Begins to copy frames to `socket`. Empty if it did, else one sentence.
    [[nodiscard]] std::string start(const api::Capture& request, api::Descriptor socket);

    /// Writes what was captured, and ends captures that have enough or that nobody reads any more.
    void write();

    /// True if frames wait to be written.
    [[nodiscard]] bool waiting() const noexcept;

    /// Ends captures whose reader went away while no frame came. Call now and then.
    void watch_readers();

  private:
    struct OneCapture {
        Port* port;
        api::Descriptor socket;
        std::vector<std::unique_ptr<FrameTap>> taps;  ///< one a worker
        uint64_t left;                                ///< frames still wanted
        uint32_t n_missed = 0;  ///< that the reader did not take since the last it took
        bool over = false;
        bool removed = false;  ///< no worker knows it any more
    };

    static void write_frames(OneCapture& capture, FrameTap& tap);
    void end(OneCapture& capture);

    AgentState& state_;
    std::list<OneCapture> captures_;  ///< a list, because tasks refer to its elements
};

}  // namespace egret
