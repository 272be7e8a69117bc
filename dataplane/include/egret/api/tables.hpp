// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/prefix_table.hpp>
#include <egret/crypto/aead.hpp>

#include <array>
#include <cstdint>
#include <vector>

/// What control tells the dataplane: one complete generation of tables, compiled from one TOML file.
///
/// Plain data and indexes, no names and no pointers between tables: names stay with control, which looks them up by the
/// same indexes when it writes a record. Nothing in here changes once handed over.
namespace egret::api {

inline constexpr uint16_t kNone = 0xffff;  ///< "no such index" for every 16-bit index below

enum class Role : uint8_t { branch, edge };
enum class Side : uint8_t { inside, outside };
enum class Carry : uint8_t { header, source };
enum class Verdict : uint8_t { direct, tunnel, drop };
enum class WhenDown : uint8_t { drop, direct };
enum class Present : uint8_t { origin, anchor, edge };
enum class Verify : uint8_t { registered, observed, both };

/// Why an address is never tunnelled whatever lists say (design section 8).
enum class Guard : uint8_t { none, own_address, peer_endpoint, loopback, link_local, multicast };

/// `count` elements from index `first` of the array named beside each use.
struct Slice {
    uint32_t first = 0;
    uint32_t count = 0;
};

/// One inside or outside port.
struct Port {
    std::array<char, 16> name{};  ///< as configured, zero-terminated; says which device it is
    Side side = Side::inside;
    uint16_t mtu_bytes = 1500;  ///< largest IP packet
    Slice addresses;            ///< of Tables::prefixes: own address with the length of its network
    IpAddress gateway_ipv4;  ///< next hop of destinations outside the own networks; may be absent
    IpAddress gateway_ipv6;
};

/// Destination and port ranges of one protocol that lead to a rule (branch) or to a segment alone (edge: rule is kNone).
struct Match {
    uint16_t rule = kNone;  ///< of Tables::rules
    uint16_t segment = 0;   ///< of Tables::segments
    uint8_t protocol = 0;   ///< 6 TCP, 17 UDP
    uint16_t port_first = 0;
    uint16_t port_last = 0;  ///< inclusive
};

/// What an address belongs to: the matches of all segments that hold it, in file order of rules (edge: of segments).
struct DestinationSet {
    Slice matches;  ///< of Tables::matches
    Guard guard = Guard::none;
    bool any_tunnel =
        false;  ///< some match leads to a tunnel rule: fragments towards it are dropped
};

/// First match wins. Empty conditions hold for everything.
struct Rule {
    Verdict action = Verdict::direct;
    WhenDown when_down = WhenDown::drop;
    /// With action tunnel: new flows of the other family are refused; none: both are tunnelled.
    Family family = Family::none;
    uint16_t group = kNone;  ///< of Tables::groups, with action tunnel
    Slice from;              ///< of Tables::prefixes: client addresses
    Slice vlans;             ///< of Tables::numbers: VLAN ids; 0 is untagged
    Slice dscp;              ///< of Tables::numbers: code points of the first packet
};

struct Segment {
    bool signaling = true;
    bool present_set = false;  ///< `present` overrides Restore::present
    Present present = Present::origin;
};

/// Peers that can stand in for each other.
struct Group {
    Slice members;  ///< of Tables::numbers: indexes into Tables::peers, most preferred first
};

/// The other end of one tunnel.
struct Peer {
    uint16_t slot =
        0;  ///< names the peer across generations: its sessions, endpoint and counters live on under it
    /// Whoever has the slot. A key rotation changes it and nothing else: sessions stay until control retires them.
    std::array<uint8_t, 32> public_key{};
    uint16_t keepalive_s = 0;  ///< persistent keepalive, 0: off
    uint32_t probe_ms = 0;     ///< between probes, 0: none are sent
    uint16_t group = kNone;
    uint16_t priority = 10;  ///< lower is preferred within the group
    crypto::Suite suite = crypto::Suite::wireguard;
    Carry carry = Carry::header;
    Verify verify = Verify::registered;
    bool verify_other_family =
        false;  ///< where the other family cannot be observed, being registered is enough
    bool all_segments = true;        ///< an edge: the peer may reach every segment
    Slice segments;                  ///< of Tables::numbers, sorted, when not all
    Slice origins;                   ///< of Tables::prefixes: registered origins
    Endpoint endpoint;               ///< configured; absent where the peer is expected to call
    uint16_t inner_mtu_ipv4 = 1428;  ///< largest IPv4 packet this node may put into the tunnel
    uint16_t inner_mtu_ipv6 = 1408;
};

/// How an edge presents origins.
struct Restore {
    Present present = Present::origin;
    Slice pool_ipv4;  ///< of Tables::addresses
    Slice pool_ipv6;
};

struct Tables {
    uint64_t generation = 0;
    Role role = Role::branch;
    bool signaling = true;
    bool block_quic = false;
    bool bridge = true;  ///< frames that are not for the tunnel pass to the other side
    bool learn_names = true;
    uint16_t listen_port = 51820;
    std::array<uint8_t, 32> public_key{};           ///< own, to check mac1 of handshake datagrams
    std::array<uint8_t, 32> previous_public_key{};  ///< during a rotation's overlap, else zero

    IpAddress egress_ipv4;  ///< branch: the origin of IPv4 flows; absent if none is configured
    Slice egress_ipv6;      ///< branch, of prefixes: sources that are origins as they are

    bool accept_all =
        false;  ///< an edge without segments: every destination but its own networks, segment kNone

    std::vector<Port> ports;
    std::vector<Peer> peers;
    std::vector<Group> groups;
    std::vector<Rule> rules;
    std::vector<Segment> segments;
    std::vector<DestinationSet> sets;  ///< by SetIndex; [0] is the empty one
    std::vector<Match> matches;
    PrefixTable destinations;  ///< address to SetIndex
    Restore restore;

    // Arrays the slices point into.
    std::vector<Prefix> prefixes;
    std::vector<IpAddress> addresses;
    std::vector<uint16_t> numbers;
};

/// The part of a packet classification looks at.
struct Destination {
    IpAddress source;
    IpAddress destination;
    uint8_t protocol = 0;
    uint16_t destination_port = 0;
    uint16_t vlan = 0;  ///< 0: untagged
    uint8_t dscp = 0;
};

/// What classification says, by indexes into Tables.
struct Classification {
    Verdict verdict = Verdict::direct;
    uint16_t rule = kNone;
    uint16_t segment = kNone;
    SetIndex set = 0;
    Guard guard = Guard::none;
    bool any_tunnel = false;  ///< the address belongs to a tunnel rule for some protocol and port
};

/// A branch's verdict on the first packet of a flow: the first rule in file order whose segments hold destination, protocol
/// and port, and whose conditions hold. No rule: direct. Hot on a flow miss; no allocation.
[[nodiscard]] Classification classify(const Tables& tables, const Destination& packet) noexcept;

/// With block_quic: true for a client's QUIC (UDP 443) where its HTTPS over TCP takes the tunnel. Most lists name TCP alone
/// for sign-ins, so QUIC towards them matches no rule and would go direct. A rule that names it decides. `found` is
/// `classify`'s answer for `packet`.
[[nodiscard]] bool
blocks_quic(const Tables& tables, const Destination& packet, const Classification& found) noexcept;

/// True for a flow that a rule would tunnel, were it of the family the rule is pinned to. Sign-ins and resources of one rule
/// then share a family whatever a client prefers. `found` is `classify`'s answer for `packet`.
[[nodiscard]] bool refuses_family(
    const Tables& tables,
    const Destination& packet,
    const Classification& found
) noexcept;

/// An edge's segment for a destination a peer wants: the first in file order that the peer may reach. `segment` is kNone with
/// verdict `tunnel` where the edge accepts everything, and with verdict `drop` where nothing allowed matches.
[[nodiscard]] Classification
classify_for_peer(const Tables& tables, const Peer& peer, const Destination& packet) noexcept;

}  // namespace egret::api
