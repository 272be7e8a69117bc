// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>
#include <egret/crypto/cookie.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/random.hpp>
#include <egret/crypto/replay_window.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace egret::test {

/// One WireGuard peer of a node, played without kernel or interface: handshakes of either side, three sessions, cookies,
/// data messages. Bytes and times in, bytes out. It rests on egret-crypto but shares neither the handshake driver nor the
/// packet path with the node it talks to. When to initiate is the caller's to say.
class WirePeer {
  public:
    struct Options {
        uint32_t number = 0;  ///< below kMaxPeers; stands in every index of this peer
        crypto::Suite suite = crypto::Suite::wireguard;
        crypto::KeyPair own;
        crypto::PublicKey node;
    };

    static constexpr uint32_t kIndexBits =
        12;  ///< of an index that count handshakes; the others are the number
    static constexpr uint32_t kMaxPeers = 1U << (32 - kIndexBits);

    /// What a datagram was.
    enum class Took : uint8_t {
        refused,      ///< malformed, not for this peer, or not authentic
        replayed,     ///< a data message with a counter already seen
        cookie,       ///< the next initiation carries it
        established,  ///< a response: data can be sent
        answered,     ///< an initiation: `reply` is to be sent
        keepalive,
        data,  ///< `payload` holds it
    };

    struct Received {
        Took took = Took::refused;
        std::vector<std::byte> reply;
        std::span<std::byte> payload;  ///< within the datagram, padding included
    };

    explicit WirePeer(Options options);

    /// The number in the receiver index of a datagram; nothing for an initiation, which has none.
    [[nodiscard]] static std::optional<uint32_t> number_in(std::span<const std::byte> datagram);

    /// An initiation; one still unanswered is given up. `random` gives the ephemeral key.
    [[nodiscard]] std::vector<std::byte>
    initiate(crypto::Random& random, uint64_t now_ns, uint64_t unix_ns);

    /// Takes a datagram, which is decrypted in place.
    Received receive(std::span<std::byte> datagram, crypto::Random& random, uint64_t now_ns);

    [[nodiscard]] bool can_send() const noexcept { return current_.has_value(); }

    /// A data message that holds `payload`, padded; an empty payload makes a keepalive. Needs `can_send`.
    [[nodiscard]] std::vector<std::byte> seal(std::span<const std::byte> payload);

  private:
    struct Session {
        uint32_t local_index = 0;
        uint32_t remote_index = 0;
        crypto::AeadKey send_key;
        crypto::AeadKey receive_key;
        uint64_t next_counter = 0;
        crypto::ReplayWindow window;
    };

    [[nodiscard]] uint32_t next_index() noexcept;
    [[nodiscard]] Session make_session(const crypto::SessionKeys& keys) const;
    Took take_response(std::span<const std::byte> datagram);
    Received answer(std::span<const std::byte> datagram, crypto::Random& random, uint64_t now_ns);
    Received open(std::span<std::byte> datagram);
    [[nodiscard]] std::optional<Session>* find(uint32_t index);

    Options options_;
    crypto::PeerIdentity identity_;
    crypto::Mac1Key own_mac1_;
    crypto::CookieGenerator cookies_;
    std::optional<crypto::Initiator> pending_;
    crypto::PresharedKey no_preshared_key_;
    uint32_t handshakes_ = 0;
    uint64_t last_unix_ns_ = 0;
    std::optional<Session> previous_;
    std::optional<Session> current_;
    std::optional<Session> next_;  ///< answered, and not yet confirmed by a message of the node
};

}  // namespace egret::test
