// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/daemon/dataplane_link.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/publisher.hpp"
#include "control/daemon/state_directory.hpp"
#include "control/daemon/tunnel_driver.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace egret::control {

/// One running node: a generation, the dataplane that is to have it, and the tunnels between. Threads: the loop's.
class LiveNode final : private DataplaneListener {
  public:
    LiveNode(
        EventLoop& loop,
        Log& log,
        StateDirectory& state,
        const std::filesystem::path& run_directory
    );

    /// Takes up the generation the state directory holds. Without one, or with one that cannot be loaded, the node waits for
    /// a push.
    void load();

  private:
    void on_connected(const api::Hello& hello) override;
    void on_disconnected() override;
    void on_punt(const api::Punt& punt) override;
    void on_event(const api::Event& event) override;

    void publish();

    Log& log_;
    StateDirectory& state_;
    std::shared_ptr<const Generation> generation_;
    uint64_t live_generation_ = 0;  ///< what the dataplane has; 0: nothing, or nothing known
    DataplaneLink link_;
    Publisher publisher_;
    TunnelDriver tunnels_;
};

}  // namespace egret::control
