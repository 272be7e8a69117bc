// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/tunnel_driver.hpp"

#include "control/compile/tunnel_keys.hpp"
#include "control/daemon/clock.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace egret::control {

TunnelDriver::TunnelDriver(EventLoop& loop, Log& log, DataplaneLink& link, OnEphemeral on_ephemeral)
    : link_(link),
      random_(crypto::Random::system()),
      news_(log),
      sink_(
          link,
          {
              .installed = [this](uint16_t slot) { news_.session_made(slot); },
              .refused = [this](uint32_t index, auto status) { refused(index, status); },
              .down = [this](uint16_t slot) { news_.handshakes_unanswered(slot); },
              .made_ephemeral = std::move(on_ephemeral),
          }
      ),
      tick_timer_(loop, [this] { tick(); }) {}

/// Tunnels of this generation. Those there were keep what they know: an initiation's time must never go back.
void TunnelDriver::configure(const Generation& generation) {
    OwnKeys own = own_keys(generation.secrets);
    if (tunnels_ == nullptr) {
        tunnels_ =
            std::make_unique<Tunnels>(std::move(own), tunnel_peers(generation), random_, sink_);
    } else {
        tunnels_->reconfigure(std::move(own), tunnel_peers(generation), read_clocks());
    }
    if (const api::Hello* hello = link_.hello()) {
        tunnels_->set_workers(std::max<uint8_t>(1, hello->workers));
    }
    news_.set_generation(generation);
    is_running_ = true;
}

void TunnelDriver::start(const Generation& generation) {
    news_.begin({});
    configure(generation);
    tunnels_->start(read_clocks());
    rearm();
}

void TunnelDriver::resume(
    const Generation& generation,
    std::span<const api::SessionRecord> sessions,
    std::span<const api::PeerRecord> peers
) {
    news_.begin(peers);
    configure(generation);
    tunnels_->resume(sessions, peers, read_clocks());
    rearm();
}

void TunnelDriver::reconfigure(const Generation& generation) {
    configure(generation);
    rearm();
}

void TunnelDriver::call(uint16_t slot) {
    if (is_running_) {
        tunnels_->want_session(slot, read_clocks());
        rearm();
    }
}

void TunnelDriver::stop() {
    is_running_ = false;
    rearm();
}

void TunnelDriver::receive(const api::Punt& punt) {
    if (is_running_) {
        news_.received(tunnels_->receive(punt, read_clocks()), punt.source);
        rearm();
    }
}

bool TunnelDriver::on_event(const api::Event& event) {
    if (!is_running_ || !tunnels_->on_event(event, read_clocks())) {
        return false;
    }
    rearm();
    return true;
}

void TunnelDriver::refused(uint32_t receiver_index, api::InstallStatus status) {
    if (is_running_) {
        tunnels_->refused(receiver_index, status, read_clocks());
        rearm();
    }
}

void TunnelDriver::tick() {
    if (is_running_) {
        tunnels_->tick(read_clocks());
        rearm();
    }
}

void TunnelDriver::rearm() {
    tick_timer_.set(is_running_ ? tunnels_->due_ns() : kNever);
}

}  // namespace egret::control
