// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/tunnels.hpp"

#include <egret/api/sessions.hpp>
#include <egret/crypto/aead.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace egret::test {

/// What a dataplane does with the driver's output, as far as handshakes can see: three places for
/// sessions, moved as WireGuard moves them, and datagrams kept until somebody takes them.
class FakeDataplane : public control::TunnelSink {
  public:
    FakeDataplane() = default;

    void send(uint16_t slot, const api::HandshakeDatagram& datagram) override;
    api::InstallStatus
    install(const api::SessionInstall& session, const api::HandshakeDatagram* response) override;
    void retire(uint32_t receiver_index) override;
    void set_state(uint16_t slot, api::PeerState state) override;

    /// Forgets a session, as if it had never been taken.
    void drop(uint32_t receiver_index);

    /// Has the sessions of another one from now on.
    void take_over(const FakeDataplane& other);

    /// The datagrams sent since the last time.
    std::vector<api::HandshakeDatagram> take();

    /// True if a message sealed under this node's current session arrives at `other`, which then
    /// knows that its peer has the keys.
    [[nodiscard]] bool reaches(FakeDataplane& other) const;

    std::vector<api::HandshakeDatagram> outbox;
    std::vector<uint16_t> slots;  ///< of everything ever sent
    std::vector<api::SessionInstall> installs;
    std::vector<uint32_t> retired;
    std::vector<uint32_t> confirmed;  ///< by a first message, and not told yet
    std::vector<api::PeerState> states;
    std::vector<api::InstallStatus> refusals;  ///< answers to the next installs, the last first

  private:
    [[nodiscard]] bool receive(uint32_t index, std::vector<std::byte>& text);

    std::optional<api::SessionInstall> previous_;
    std::optional<api::SessionInstall> current_;
    std::optional<api::SessionInstall> next_;
};

/// One node with its handshake driver.
struct TunnelNode {
    TunnelNode(
        uint8_t seed,
        control::OwnKeys own,
        std::vector<control::TunnelPeer> peers,
        const api::Endpoint& own_address
    );

    crypto::Random random;
    FakeDataplane dataplane;
    control::Tunnels tunnels;
    api::Endpoint address;
};

/// The keys one end is configured with, each by the seed it is drawn from; 0: none.
struct TunnelKeys {
    uint8_t own = 0;
    uint8_t previous_own = 0;
    uint8_t peer = 0;
    uint8_t next_peer = 0;
    uint8_t psk = 1;  ///< 0: all zero
    std::optional<uint8_t> previous_psk = std::nullopt;
};

/// The key pair of a seed.
crypto::KeyPair identity(uint8_t seed);

/// A branch that may initiate and an edge, and the network between them, which carries nothing
/// until it is told to. Time passes only here.
class TunnelNet {
  public:
    static constexpr uint16_t kSlot = 7;

    // Seeds of the keys both begin with.
    static constexpr uint8_t kBranchKey = 1;
    static constexpr uint8_t kEdgeKey = 2;

    static constexpr TunnelKeys kBranchKeys{.own = kBranchKey, .peer = kEdgeKey};
    static constexpr TunnelKeys kEdgeKeys{.own = kEdgeKey, .peer = kBranchKey};

    /// How the two are configured; change before `build`.
    struct Setup {
        crypto::Suite branch_suite = crypto::Suite::wireguard;
        crypto::Suite edge_suite = crypto::Suite::wireguard;
        uint8_t branch_psk = 1;
        uint8_t edge_psk = 1;
        bool edge_knows_endpoint = false;
    };

    TunnelNet() = default;

    explicit TunnelNet(const Setup& setup) { build(setup); }

    void build(const Setup& setup);

    /// A node with the same keys that knows nothing, as after a restart.
    void restart_branch();
    void restart_edge();

    /// Pushes other keys to one of them.
    void push_branch(const TunnelKeys& keys);
    void push_edge(const TunnelKeys& keys);

    /// Carries what waits until both are quiet; the last verdict of each side is kept. An initiator
    /// sends something as soon as it has a session, as WireGuard does.
    void deliver();

    /// Throws away what waits, and returns how much it was.
    size_t lose() const;

    /// One datagram as it arrives at `node` from `source`.
    static api::Punt punt(const api::HandshakeDatagram& datagram, const api::Endpoint& source);

    control::Received branch_receives(const api::HandshakeDatagram& datagram) const;
    control::Received edge_receives(const api::HandshakeDatagram& datagram) const;

    /// Lets time pass, timer by timer; datagrams are carried at once if `connected`.
    void advance(uint64_t ns, bool connected);

    /// True if messages under the current sessions arrive, first the branch's. Both nodes are told
    /// of sessions that are confirmed thereby.
    [[nodiscard]] bool carries_both_ways() const;

    /// Tells both of the sessions that were confirmed.
    void tell_confirmed() const;

    control::Moment moment{1000 * crypto::kSecond, 1'700'000'000 * crypto::kSecond};
    Setup used;
    TunnelKeys branch_keys;
    TunnelKeys edge_keys;
    bool edge_under_load = false;
    std::unique_ptr<TunnelNode> branch;
    std::unique_ptr<TunnelNode> edge;
    std::vector<uint64_t> sent_at_ns;  ///< when the branch sent something, while advancing
    std::optional<control::Received> at_branch;
    std::optional<control::Received> at_edge;
};

}  // namespace egret::test
