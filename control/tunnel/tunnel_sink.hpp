// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/sessions.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>

namespace egret::control {

/// Where the handshake driver's output goes: the dataplane, by whatever way leads to it. Called
/// from within the driver's own calls, in the order things must happen; must not call back.
class TunnelSink {
  public:
    TunnelSink() = default;
    TunnelSink(const TunnelSink&) = delete;
    TunnelSink& operator=(const TunnelSink&) = delete;
    TunnelSink(TunnelSink&&) = delete;
    TunnelSink& operator=(TunnelSink&&) = delete;
    virtual ~TunnelSink() = default;

    /// Sends a handshake datagram. `slot` is the peer's, or api::kNone for a cookie reply, whose
    /// receiver is not yet known. May be lost.
    virtual void send(uint16_t slot, const api::HandshakeDatagram& datagram) = 0;

    /// Hands over a session and, where there is one, the response that tells the peer of it: it
    /// must be sent only once the session is installed. `installed` means that this is done or on
    /// its way; a later refusal goes to Tunnels::refused. The driver wipes `session` afterwards.
    virtual api::InstallStatus
    install(const api::SessionInstall& session, const api::HandshakeDatagram* response) = 0;

    /// Ends a session whose keys are no longer good.
    virtual void retire(uint32_t receiver_index) = 0;

    /// Says how handshakes with a peer go while it has no session; a session ends that by itself.
    virtual void set_state(uint16_t slot, api::PeerState state) = 0;

    /// Told of every ephemeral key before its message is sent, for a debug key log. Nobody else
    /// may keep it: with it, recorded traffic can be decrypted.
    virtual void made_ephemeral(uint16_t slot, const crypto::PrivateKey& ephemeral) {
        (void)slot;
        (void)ephemeral;
    }
};

}  // namespace egret::control
