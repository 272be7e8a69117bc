// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"
#include "sequence_book.hpp"
#include "site_plan.hpp"
#include "udp_socket.hpp"
#include "wire_peer.hpp"

#include <egret/crypto/random.hpp>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace egret::test {

/// What the simulated sites do.
struct FleetSettings {
    crypto::Suite suite = crypto::Suite::wireguard;
    crypto::PublicKey edge_key;
    api::Endpoint edge;
    api::Endpoint service;  ///< an echo behind the edge
    uint16_t port = 51820;  ///< of every site
    bool header_carry = true;
    double rate = 5;           ///< data messages a second and site
    size_t size_bytes = 100;   ///< of an inner packet
    double ramp_seconds = 1;   ///< over which the first handshakes are spread
    double rekey_seconds = 0;  ///< between two handshakes of a site; 0: none but the first
};

/// Many branches in one process: each with keys, sessions, an address and a numbered stream of its own. Every reply must
/// decrypt and be an answer to something sent.
class Fleet {
  public:
    Fleet(const SitePlan& plan, const FleetSettings& settings, UdpSocket socket);

    /// Sends what is due by now, takes what came, and waits a moment.
    void step();

    /// No more data and handshakes from now on; `step` goes on receiving.
    void quiet() noexcept { is_quiet_ = true; }

    /// Begins a new count of sites that were answered by a session made from now on.
    void mark();

    /// True once every site was answered by data since the mark.
    [[nodiscard]] bool settled() const noexcept { return n_settled_ == sites_.size(); }

    [[nodiscard]] nlohmann::json report() const;

  private:
    struct Site {
        WirePeer peer;
        api::IpAddress address;
        Bytes inner;
        SequenceBook book;
        uint64_t next_handshake_ns = 0;
        uint64_t answer_due_ns = 0;  ///< of an initiation under way: when to repeat it; 0: none
        uint64_t unanswered_since_ns = 0;  ///< first data message nothing came back for; 0: none
        uint64_t session_ns = 0;           ///< when the newest session was made
        bool settled = false;
    };

    void send_due_data(uint64_t now_ns);
    void run_timers(uint64_t now_ns);
    void initiate(Site& site, uint64_t now_ns);
    void send_data(Site& site, uint64_t now_ns);
    void take(const UdpSocket::Arrival& arrival, uint64_t now_ns);
    [[nodiscard]] Site* site_of(const UdpSocket::Arrival& arrival);
    void take_data(Site& site, std::span<const std::byte> payload, uint64_t now_ns);
    void established(Site& site, uint64_t now_ns);

    FleetSettings settings_;
    UdpSocket socket_;
    crypto::Random random_ = crypto::Random::system();
    std::vector<Site> sites_;
    bool is_quiet_ = false;
    uint64_t start_ns_ = 0;
    uint64_t turns_ = 0;  ///< of sending, over all sites
    uint64_t mark_ns_ = 0;
    uint64_t first_handshake_ns_ = 0;  ///< since the mark: first and last session made
    uint64_t last_handshake_ns_ = 0;
    uint64_t settled_ns_ = 0;
    uint64_t handshakes_since_mark_ = 0;
    size_t n_settled_ = 0;

    uint64_t initiations_ = 0;
    uint64_t established_ = 0;
    uint64_t answered_ = 0;
    uint64_t cookies_ = 0;
    uint64_t refused_ = 0;
    uint64_t replayed_ = 0;
    uint64_t no_echo_ = 0;    ///< data that is not the answer to what was sent
    uint64_t not_taken_ = 0;  ///< by the kernel
};

}  // namespace egret::test
