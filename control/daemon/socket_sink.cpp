// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/socket_sink.hpp"

#include <egret/crypto/secret.hpp>

#include <utility>

namespace egret::control {
namespace {

/// A body that holds keys while it is on its way, wiped at the end of its scope.
struct WipedBody {
    explicit WipedBody(const api::Install& install)
        : body(install) {}

    WipedBody(const WipedBody&) = delete;
    WipedBody& operator=(const WipedBody&) = delete;

    ~WipedBody() {
        auto& install = std::get<api::Install>(body);
        crypto::wipe(install.session.send_key);
        crypto::wipe(install.session.receive_key);
    }

    Parcel::Body body;
};

}  // namespace

SocketSink::SocketSink(DataplaneLink& link, Hooks hooks)
    : link_(link),
      hooks_(std::move(hooks)) {}

void SocketSink::send(uint16_t, const api::HandshakeDatagram& datagram) {
    link_.tell(api::SendHandshake{datagram});
}

api::InstallStatus
SocketSink::install(const api::SessionInstall& session, const api::HandshakeDatagram* response) {
    api::Install install;
    install.instance = instance();
    install.session = session;
    if (response != nullptr) {
        install.response = *response;
    }
    const WipedBody wiped(install);
    crypto::wipe(install.session.send_key);
    crypto::wipe(install.session.receive_key);
    const auto on_answer =
        [this, slot = session.peer, index = session.receiver_index](const api::Answer& answer) {
            if (answer.status == api::AnswerStatus::done) {
                hooks_.installed(slot);
            } else if (answer.install != api::InstallStatus::installed) {
                hooks_.refused(index, answer.install);
            }
            // A lost connection says nothing about the session: resuming finds out.
        };
    const bool is_on_its_way = link_.ask(wiped.body, on_answer);
    return is_on_its_way ? api::InstallStatus::installed : api::InstallStatus::wrong_instance;
}

void SocketSink::retire(uint32_t receiver_index) {
    link_.tell(api::Retire{.instance = instance(), .receiver_index = receiver_index});
}

void SocketSink::set_state(uint16_t slot, api::PeerState state) {
    if (state == api::PeerState::down) {
        hooks_.down(slot);
    }
    link_.tell(api::SetPeerState{.peer = slot, .state = state});
}

void SocketSink::made_ephemeral(uint16_t slot, const crypto::PrivateKey& ephemeral) {
    hooks_.made_ephemeral(slot, ephemeral);
}

uint64_t SocketSink::instance() const noexcept {
    return link_.hello() != nullptr ? link_.hello()->instance : 0;
}

}  // namespace egret::control
