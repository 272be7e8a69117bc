// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/dataplane_link.hpp"
#include "control/tunnel/tunnel_sink.hpp"

#include <cstdint>
#include <functional>

namespace egret::control {

/// Brings what handshakes lead to through the socket to the dataplane. Threads: the loop's.
class SocketSink final : public TunnelSink {
  public:
    /// Told of what goes through.
    struct Hooks {
        /// An install is done.
        std::function<void(uint16_t slot)> installed;
        /// The dataplane refused an install after all.
        std::function<void(uint32_t receiver_index, api::InstallStatus status)> refused;
        std::function<void(uint16_t slot)> down;
        std::function<void(uint16_t slot, const crypto::PrivateKey& ephemeral)> made_ephemeral;
    };

    SocketSink(DataplaneLink& link, Hooks hooks);

    void send(uint16_t slot, const api::HandshakeDatagram& datagram) override;
    api::InstallStatus
    install(const api::SessionInstall& session, const api::HandshakeDatagram* response) override;
    void retire(uint32_t receiver_index) override;
    void set_state(uint16_t slot, api::PeerState state) override;
    void made_ephemeral(uint16_t slot, const crypto::PrivateKey& ephemeral) override;

  private:
    [[nodiscard]] uint64_t instance() const noexcept;

    DataplaneLink& link_;
    Hooks hooks_;
};

}  // namespace egret::control
