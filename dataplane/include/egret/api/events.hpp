// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/drop_reasons.hpp>
#include <egret/api/tables.hpp>

#include <array>
#include <cstdint>
#include <string_view>

/// What the dataplane tells control about flows and tunnels. Fixed-size, plain data.
namespace egret::api {

enum class NameSource : uint8_t { none, dns, sni };

/// A DNS name as it stood in a packet, lower case, without the final dot.
struct ServerName {
    uint8_t size_bytes = 0;
    std::array<char, 253> text{};

    [[nodiscard]] std::string_view view() const noexcept { return {text.data(), size_bytes}; }
};

enum class EventKind : uint8_t {
    flow_opened,     ///< a flow took its first packet: all fields of Flow but the counters hold
    flow_named,      ///< `server_name` of a living flow became known
    flow_closed,     ///< the flow left the table: the counters are final
    claim_refused,   ///< edge: the flow's claim failed with `reason`; once per flow
    session_wanted,  ///< the tunnel to `peer` needs a handshake (none, old, or nearly used up)
    /// The peer called, and has the keys of the session whose receiver index is `flow`: its first message was authentic.
    session_confirmed,
    /// Authentic messages of `peer` come from somewhere else now: address `outer`, port `source_port`. At most once a second
    /// and peer; the newest place is told in the end.
    peer_moved,
};

/// One flow as its node sees it, or the peer of the last three kinds.
struct Event {
    EventKind kind = EventKind::flow_opened;
    uint64_t time_ns = 0;     ///< the clock process_burst was given
    uint64_t flow = 0;        ///< unique per node and run
    uint64_t generation = 0;  ///< of the tables the indexes below belong to

    uint16_t peer = kNone;  ///< slot
    uint16_t vlan = 0;
    uint8_t protocol = 0;
    /// Branch: the sender of the client's newest frame, its own unless a router stands between; zero if none was kept.
    std::array<uint8_t, 6> client_mac{};
    IpAddress source;  ///< the client; at an edge as it came out of the tunnel
    IpAddress destination;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;

    Verdict verdict = Verdict::direct;
    uint16_t rule = kNone;
    uint16_t segment = kNone;
    DropReason reason = DropReason::count;

    IpAddress origin;     ///< the claim; absent if none was made
    IpAddress presented;  ///< edge: what the service sees
    uint16_t presented_port = 0;
    IpAddress outer;  ///< edge: where the tunnel's datagram came from
    Present present = Present::origin;
    bool signaling = false;  ///< edge: restoration was on for this flow
    bool verified = false;   ///< edge: a claim was made and held by `verify`
    Verify verify = Verify::registered;

    NameSource name_source = NameSource::none;
    ServerName server_name;

    uint64_t packets_out = 0;  ///< from the client
    uint64_t packets_in = 0;
    uint64_t bytes_out = 0;  ///< IP bytes
    uint64_t bytes_in = 0;
    uint64_t last_ns = 0;
};

}  // namespace egret::api
