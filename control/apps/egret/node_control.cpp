// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/node_control.hpp"

#include "control/compile/tunnel_keys.hpp"
#include "control/records/key_log_lines.hpp"

#include <sstream>
#include <utility>

namespace egret::control {
namespace {

/// A replay has one clock, the capture's.
Moment moment(uint64_t now_ns) noexcept {
    return {.now_ns = now_ns, .unix_ns = now_ns};
}

}  // namespace

/// Brings what one node's handshakes say to its packet path, and key material to the key log.
class NodeControl::Sink final : public TunnelSink {
  public:
    Sink(replay::End end, const Generation& generation)
        : end_(end),
          generation_(generation) {}

    void attach(replay::Replay& replay) noexcept { replay_ = &replay; }

    void log_keys(std::function<void(const std::string&)> sink) { key_log_ = std::move(sink); }

    void send(uint16_t, const api::HandshakeDatagram& datagram) override {
        replay_->send(end_, datagram);
    }

    api::InstallStatus
    install(const api::SessionInstall& session, const api::HandshakeDatagram* response) override {
        const api::InstallStatus status = replay_->install(end_, session);
        if (status == api::InstallStatus::installed && response != nullptr) {
            replay_->send(end_, *response);
        }
        return status;
    }

    void retire(uint32_t receiver_index) override { replay_->retire(end_, receiver_index); }

    void set_state(uint16_t slot, api::PeerState state) override {
        replay_->set_state(end_, slot, state);
    }

    void made_ephemeral(uint16_t slot, const crypto::PrivateKey& ephemeral) override {
        if (!key_log_) {
            return;
        }
        std::istringstream lines(key_log_lines(generation_, slot, ephemeral));
        for (std::string line; std::getline(lines, line);) {
            key_log_(line);
        }
    }

  private:
    replay::End end_;
    const Generation& generation_;
    replay::Replay* replay_ = nullptr;
    std::function<void(const std::string&)> key_log_;
};

NodeControl::NodeControl(
    const Generation& branch,
    const Generation& edge,
    crypto::Random& random,
    SignInLog::Sink sign_in
)
    : sign_ins_(edge, std::move(sign_in)),
      branch_(branch) {
    for (const replay::End end : {replay::End::branch, replay::End::edge}) {
        const Generation& generation = end == replay::End::branch ? branch : edge;
        const auto i = static_cast<size_t>(end);
        sinks_[i] = std::make_unique<Sink>(end, generation);
        tunnels_[i] = std::make_unique<Tunnels>(
            own_keys(generation.secrets),
            tunnel_peers(generation),
            random,
            *sinks_[i]
        );
    }
}

NodeControl::~NodeControl() = default;

void NodeControl::attach(replay::Replay& replay) {
    for (const auto& sink : sinks_) {
        sink->attach(replay);
    }
}

void NodeControl::log_keys(std::function<void(const std::string& line)> sink) {
    for (const auto& end : sinks_) {
        end->log_keys(sink);
    }
}

void NodeControl::start(uint64_t now_ns) {
    for (const auto& tunnels : tunnels_) {
        tunnels->start(moment(now_ns));
    }
}

void NodeControl::punt(replay::End end, const api::Punt& punt, uint64_t now_ns) {
    tunnels_[static_cast<size_t>(end)]->receive(punt, moment(now_ns));
}

void NodeControl::event(replay::End end, const api::Event& event, uint64_t now_ns) {
    if (tunnels_[static_cast<size_t>(end)]->on_event(event, moment(now_ns))) {
        return;
    }
    if (end == replay::End::edge) {
        sign_ins_.on_event(event);
    } else {
        clients_.on_event(event, branch_);
    }
}

void NodeControl::tick(uint64_t now_ns) {
    for (const auto& tunnels : tunnels_) {
        tunnels->tick(moment(now_ns));
    }
    sign_ins_.advance(now_ns);
}

uint64_t NodeControl::finish() {
    sign_ins_.finish();
    return sign_ins_.written();
}

}  // namespace egret::control
