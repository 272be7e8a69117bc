// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/crypto/aead.hpp>
#include <egret/crypto/limits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

/// What control and the dataplane say to each other about tunnels.
namespace egret::api {

/// Low bits of a receiver index that choose a session's place in the dataplane. Control draws
/// indexes that differ in them, so that no install is ever refused for want of a place.
inline constexpr uint32_t kSessionSlotBits = 16;

/// Top bits of a receiver index: the number of the worker that owns the session.
inline constexpr uint32_t kSessionWorkerBits = 8;

/// The worker that receives what comes under this index.
[[nodiscard]] constexpr uint8_t worker_of(uint32_t receiver_index) noexcept {
    return static_cast<uint8_t>(receiver_index >> (32 - kSessionWorkerBits));
}

/// The worker that owns the peer in `slot` and all its sessions.
[[nodiscard]] constexpr uint8_t worker_of_slot(uint16_t slot, uint8_t n_workers) noexcept {
    return static_cast<uint8_t>(slot % n_workers);
}

/// One established session, handed over once: the sender wipes its copy when the install is acknowledged.
struct SessionInstall {
    uint16_t peer = 0;            ///< slot
    uint32_t receiver_index = 0;  ///< ours: the number of the peer's worker on top, the rest random
    uint32_t remote_index = 0;    ///< the peer's, written into every message we send
    crypto::Suite suite = crypto::Suite::wireguard;
    /// An initiator sends at once, a responder after the first authentic message.
    bool initiator = false;
    /// Initiator: the response came from where the initiation was sent, so the peer receives there.
    bool answered_in_place = false;
    uint64_t created_ns = 0;
    Endpoint endpoint;  ///< where the handshake's last message came from or went to
    /// Names the static and preshared keys the session came from, without telling them; opaque to
    /// the dataplane, which gives it back in SessionRecord.
    uint64_t key_tag = 0;
    std::array<std::byte, crypto::kAeadKeySize> send_key{};
    std::array<std::byte, crypto::kAeadKeySize> receive_key{};
};

enum class InstallStatus : uint8_t {
    installed,
    index_taken,
    no_such_peer,
    suite_unavailable,
    wrong_worker,    ///< the receiver index names a worker that does not own the peer
    wrong_instance,  ///< made for a dataplane that is gone: its nonces are not this one's
};

/// What handshakes say about a peer that has no session.
enum class PeerState : uint8_t {
    starting,  ///< packets wait for the first handshake
    down,  ///< handshakes go unanswered: packets are dropped, or go direct where the rule says so
};

/// A handshake datagram (types 1 to 3) as it arrived, mac1 already checked.
struct Punt {
    uint64_t time_ns = 0;
    Endpoint source;
    uint16_t port = 0;        ///< index of the port it came in by
    bool under_load = false;  ///< handshakes queue up: work only for senders that show a cookie
    uint16_t size_bytes = 0;
    std::array<std::byte, crypto::kInitiationSize> bytes{};
};

/// A handshake datagram to be sent.
struct HandshakeDatagram {
    Endpoint destination;
    uint16_t size_bytes = 0;
    std::array<std::byte, crypto::kInitiationSize> bytes{};
};

}  // namespace egret::api
