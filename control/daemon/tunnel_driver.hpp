// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/daemon/dataplane_link.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/socket_sink.hpp"
#include "control/daemon/tunnel_news.hpp"
#include "control/tunnel/tunnels.hpp"

#include <egret/crypto/random.hpp>

#include <cstdint>
#include <memory>
#include <span>

namespace egret::control {

/// Runs the handshakes of the live generation: clock and timers around Tunnels, the dataplane behind it. Silent while the
/// dataplane does not have that generation. Threads: the loop's.
class TunnelDriver {
  public:
    using OnEphemeral = decltype(SocketSink::Hooks::made_ephemeral);

    TunnelDriver(EventLoop& loop, Log& log, DataplaneLink& link, OnEphemeral on_ephemeral);
    TunnelDriver(const TunnelDriver&) = delete;
    TunnelDriver& operator=(const TunnelDriver&) = delete;

    /// The dataplane has begun to run and has this generation: no session is known to it.
    void start(const Generation& generation);

    /// The dataplane had sessions before this process or this connection, and has this generation.
    void resume(
        const Generation& generation,
        std::span<const api::SessionRecord> sessions,
        std::span<const api::PeerRecord> peers
    );

    /// A push: the dataplane has this generation instead of the one before.
    void reconfigure(const Generation& generation);

    /// The dataplane is gone: timers stop, nothing is believed.
    void stop();

    /// Asks a peer for a new session, so that its silence would mean something. Not within seconds of the last one.
    void call(uint16_t slot);

    [[nodiscard]] bool is_running() const noexcept { return is_running_; }

    void receive(const api::Punt& punt);

    /// True if the event was one of tunnels.
    bool on_event(const api::Event& event);

  private:
    void refused(uint32_t receiver_index, api::InstallStatus status);
    void tick();
    void configure(const Generation& generation);
    void rearm();

    DataplaneLink& link_;
    crypto::Random random_;
    TunnelNews news_;
    SocketSink sink_;
    std::unique_ptr<Tunnels> tunnels_;
    bool is_running_ = false;
    Timer tick_timer_;
};

}  // namespace egret::control
