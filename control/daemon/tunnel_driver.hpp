// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/daemon/dataplane_link.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/socket_sink.hpp"
#include "control/tunnel/tunnels.hpp"

#include <egret/crypto/random.hpp>

#include <cstdint>
#include <memory>

namespace egret::control {

/// Runs the handshakes of the live generation: clock and timers around Tunnels, the dataplane behind it. Silent while the
/// dataplane does not have that generation. Threads: the loop's.
class TunnelDriver {
  public:
    TunnelDriver(EventLoop& loop, DataplaneLink& link, SocketSink::OnEphemeral on_ephemeral);
    TunnelDriver(const TunnelDriver&) = delete;
    TunnelDriver& operator=(const TunnelDriver&) = delete;

    /// The dataplane has this generation, and had no sessions before: begins anew.
    void start(const Generation& generation);

    /// The dataplane is gone or has another generation: timers stop, nothing is believed.
    void stop();

    void receive(const api::Punt& punt);
    void want(uint16_t slot);

  private:
    void refused(uint32_t receiver_index, api::InstallStatus status);
    void tick();
    void rearm();

    EventLoop& loop_;
    crypto::Random random_;
    SocketSink sink_;
    std::unique_ptr<Tunnels> tunnels_;
    bool is_running_ = false;
    Timer tick_timer_;
    Timer
        rearm_timer_;  ///< finding the next due time looks at all peers: once per turn of the loop
};

}  // namespace egret::control
