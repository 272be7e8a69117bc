// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/sessions.hpp>
#include <egret/crypto/aead.hpp>
#include <egret/crypto/limits.hpp>
#include <egret/crypto/replay_window.hpp>

#include <atomic>
#include <cstdint>

namespace egret {

/// Keys between this node and one peer until the next handshake. Fields are grouped by who writes them, a cache line
/// each; the keys wipe themselves when the session is destroyed, after every worker has let go of it.
struct Session {
    explicit Session(
        const api::SessionInstall& install,
        const crypto::AeadBackend& backend
    ) noexcept
        : receiver_index(install.receiver_index),
          remote_index(install.remote_index),
          peer(install.peer),
          suite(install.suite),
          initiator(install.initiator),
          answered_in_place(install.answered_in_place),
          created_ns(install.created_ns),
          key_tag(install.key_tag),
          handshake_endpoint(install.endpoint),
          send_key(backend, install.send_key),
          receive_key(backend, install.receive_key) {}

    // Written once, by the constructor; read by every worker.
    const uint32_t receiver_index;
    const uint32_t remote_index;
    const uint16_t peer;
    const crypto::Suite suite;
    const bool initiator;
    const bool answered_in_place;
    const uint64_t created_ns;
    const uint64_t key_tag;  ///< for control alone, see SessionInstall
    const api::Endpoint handshake_endpoint;
    crypto::AeadKey send_key;
    crypto::AeadKey receive_key;

    /// Next counter to send with. Any worker reserves by adding; a counter that was added is never handed out again.
    alignas(64) std::atomic<uint64_t> send_counter{0};

    // Written by the worker that owns the session for receiving (top 8 bits of receiver_index).
    alignas(64) crypto::ReplayWindow window;
    bool confirmed = false;  ///< a message under these keys was authentic: the peer has them

    [[nodiscard]] bool usable() const noexcept { return send_key.usable() && receive_key.usable(); }

    [[nodiscard]] bool expired(uint64_t now_ns) const noexcept {
        return now_ns >= created_ns + crypto::kRejectAfterTime;
    }
};

}  // namespace egret
