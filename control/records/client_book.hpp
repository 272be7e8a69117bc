// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/records/json.hpp"

#include <egret/api/events.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace egret::control {

/// A client of a branch by the sender of its frames; behind a router inside, all its clients are one.
struct ClientId {
    uint16_t vlan = 0;
    std::array<uint8_t, 6> mac{};

    friend auto operator<=>(const ClientId&, const ClientId&) = default;
};

/// What identity traffic of one client left by: a way of its own for each origin, segment and verdict.
struct ClientWay {
    api::IpAddress
        origin;  ///< IPv4, or the network of an IPv6 host, whose own address changes; direct: the source
    std::string segment;
    api::Verdict verdict = api::Verdict::tunnel;
    uint64_t n_flows = 0;
    uint64_t last_ns = 0;
};

/// Which clients of a branch mix families or origins. A resource that evaluates access continuously takes another address than
/// the sign-in's for a move (domain page 4.3, B30 and B32): sign-ins over IPv4 and mail over IPv6 end in a new sign-in or, in
/// strict mode, a block. Bounded; the client not seen for longest is forgotten. Threads: one owner.
class ClientBook {
  public:
    static constexpr size_t kMaxClients = 4096;
    static constexpr size_t kMaxWays =
        16;  ///< of one client; beyond, the one not used for longest goes
    /// A token issued to one address is shown under another for about an hour (domain page B24).
    static constexpr uint64_t kTogetherNs = 3'600'000'000'000;

    /// Takes a branch's flow_opened in a segment; everything else is none of its business. Times are nanoseconds of any clock
    /// that does not go back.
    void on_event(const api::Event& event, const Generation& generation);

    /// One record per client, by VLAN and MAC: `client_mac`, `vlan`, `ipv4`, `ipv6` (its newest addresses), `mixes_families`,
    /// `mixes_origins` and `ways`, a list of `family`, `origin`, `segment`, `verdict`, `flows`, `last`. `unix_offset_ns` turns
    /// the book's times into those since 1970.
    [[nodiscard]] std::vector<Json> records(uint64_t unix_offset_ns) const;

  private:
    struct Client {
        api::IpAddress ipv4;
        api::IpAddress ipv6;
        std::vector<ClientWay> ways;
        std::list<ClientId>::iterator age;  ///< in by_age_
    };

    Client& client_of(const ClientId& id);

    std::map<ClientId, Client> clients_;
    std::list<ClientId> by_age_;  ///< the one seen last comes last
};

}  // namespace egret::control
