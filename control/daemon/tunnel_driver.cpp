// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/tunnel_driver.hpp"

#include "control/daemon/clock.hpp"

#include <utility>
#include <vector>

namespace egret::control {
namespace {

std::vector<TunnelPeer> tunnel_peers(const Generation& generation) {
    std::vector<TunnelPeer> peers;
    for (size_t i = 0; i < generation.config.peers.size(); ++i) {
        const api::Peer& compiled = generation.tables.peers[i];
        peers.push_back({
            .slot = compiled.slot,
            .public_key = *generation.config.peers[i].public_key,
            .preshared_key = generation.secrets.preshared[i].copy(),
            .suite = compiled.suite,
            .endpoint = compiled.endpoint,
        });
    }
    return peers;
}

}  // namespace

TunnelDriver::TunnelDriver(
    EventLoop& loop,
    DataplaneLink& link,
    SocketSink::OnEphemeral on_ephemeral
)
    : loop_(loop),
      random_(crypto::Random::system()),
      sink_(
          link,
          [this](uint32_t index, api::InstallStatus status) { refused(index, status); },
          std::move(on_ephemeral)
      ),
      tick_timer_(loop, [this] { tick(); }),
      rearm_timer_(loop, [this] { rearm(); }) {}

void TunnelDriver::start(const Generation& generation) {
    tunnels_ = std::make_unique<Tunnels>(
        generation.secrets.identity->copy(),
        tunnel_peers(generation),
        random_,
        sink_
    );
    is_running_ = true;
    tunnels_->start(read_clocks());
    rearm_timer_.set(0);
}

void TunnelDriver::stop() {
    is_running_ = false;
    tick_timer_.stop();
}

void TunnelDriver::receive(const api::Punt& punt) {
    if (is_running_) {
        tunnels_->receive(punt, read_clocks());
        rearm_timer_.set(0);
    }
}

void TunnelDriver::want(uint16_t slot) {
    if (is_running_) {
        tunnels_->want_session(slot, read_clocks());
        rearm_timer_.set(0);
    }
}

void TunnelDriver::refused(uint32_t receiver_index, api::InstallStatus status) {
    if (is_running_) {
        tunnels_->refused(receiver_index, status, read_clocks());
        rearm_timer_.set(0);
    }
}

void TunnelDriver::tick() {
    if (is_running_) {
        tunnels_->tick(read_clocks());
        rearm_timer_.set(0);
    }
}

void TunnelDriver::rearm() {
    tick_timer_.set(is_running_ ? tunnels_->due_ns() : kNever);
}

}  // namespace egret::control
