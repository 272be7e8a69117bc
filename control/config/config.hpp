// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/config/hours.hpp"
#include "control/config/log_level.hpp"
#include "control/config/range_set.hpp"

#include <egret/api/address.hpp>
#include <egret/api/tables.hpp>
#include <egret/crypto/aead.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// One TOML file as plain structs: one struct per section of contract section 2, in its order.
/// Defaults are filled in, relative `file:` paths are resolved; references between sections are
/// still names. CONFIG.md says what each key means.
namespace egret::control {

/// A value and where it was written; a default has no place.
template <class T>
struct Located {
    T value{};
    SourceLocation at;

    [[nodiscard]] const T& operator*() const noexcept { return value; }

    [[nodiscard]] const T* operator->() const noexcept { return &value; }

    /// True if the file states it.
    [[nodiscard]] bool stated() const noexcept { return at.line != 0; }
};

template <class T>
using LocatedList = std::vector<Located<T>>;

using Text = Located<std::string>;

struct NodeSection {
    Text name;
    Located<api::Role> role;
    Located<uint64_t> generation;
    Text site;    ///< default: name
    Text tenant;  ///< empty: none; compliance is claimed for this one only
    Located<bool> bridge;
};

struct IdentitySection {
    Text private_key;           ///< path of the key file
    Text previous_private_key;  ///< the same; empty: none
    Located<bool> disposable;
};

struct PortSection {
    Text name;
    Located<api::Side> side;
    LocatedList<api::Prefix> addresses;  ///< own address with the length of its network
    LocatedList<api::IpAddress> gateways;
    Located<uint16_t> mtu_bytes{1500, {}};
    Text uplink{"default", {}};
};

struct EgressSection {
    Located<api::IpAddress> ipv4;   ///< the static IPv4 origin; may be absent
    LocatedList<api::Prefix> ipv6;  ///< sources that are origins as they are
    bool is_static = true;          ///< false: `detect` names no "static", nothing is claimed
    /// All of them as stated, whether they are the egress addresses or those that may be found.
    LocatedList<api::Prefix> addresses;
};

/// `[egress.<uplink>]`: what it leaves out is that of `[egress]`.
struct UplinkSection {
    Text name;
    EgressSection egress;
};

struct TunnelSection {
    Located<uint16_t> listen_port{51820, {}};
    Located<api::Carry> carry;
    Located<uint16_t> mtu_bytes;  ///< 0: computed per peer and inner family
    Located<bool> block_quic;
};

struct PeerSection {
    Text name;    ///< default: the public key's text
    Text group;   ///< default: name
    Text site;    ///< default: name
    Text tenant;  ///< default: the node's; empty: none
    Located<uint16_t> priority{10, {}};
    Located<crypto::PublicKey> public_key;
    Located<crypto::PublicKey> next_public_key;  ///< meant only where stated
    Text preshared_key;                          ///< path of the key file; empty: none
    Text previous_preshared_key;                 ///< the same
    Located<api::Endpoint> endpoint;
    Located<crypto::Suite> suite;
    Located<api::Carry> carry;      ///< default: [tunnel] carry
    Located<uint16_t> keepalive_s;  ///< 0: off
    Located<uint32_t> probe_ms;     ///< 0: off
    LocatedList<api::Prefix> origins;
    Located<api::Verify> verify;
    Located<bool>
        verify_other_family;  ///< true: being registered is enough where nothing can be observed
    std::optional<LocatedList<std::string>> segments;  ///< absent: all
};

enum class ListFormat : uint8_t {
    inline_entries,
    m365,
    azure_tags,
    okta,
    auth0,
    google,
    aws,
    text,
    csv,
};

/// Which parts of a published list are taken; what is empty selects everything.
struct ListSelection {
    SourceLocation at;
    LocatedList<uint32_t> ids;
    LocatedList<std::string> service_areas;
    LocatedList<std::string> categories;
    bool required_only = false;
    LocatedList<std::string> tags;
    LocatedList<std::string> cells;
    LocatedList<std::string> services;
    LocatedList<std::string> regions;
};

/// What becomes of entries a new version of a list adds: used at once, or held until an operator accepts them.
enum class NewEntries : uint8_t { use, hold };

/// Largest list, as it comes and after unpacking.
inline constexpr size_t kMaxListBytes = size_t{32} << 20;

struct ListSection {
    Text name;
    Located<ListFormat> format;
    Text source;             ///< resolved path of a `file:` source, else the address as written
    bool is_remote = false;  ///< `https:` source
    ListSelection select;
    LocatedList<std::string> minus;  ///< lists whose prefixes are taken away from this one
    Located<bool> outbound;          ///< addresses a service calls from are wanted as destinations
    Located<uint64_t> refresh_ms{uint64_t{24} * 3'600'000, {}};
    Located<uint64_t> keep_removed_ms{uint64_t{7} * 24 * 3'600'000, {}};
    Located<NewEntries> new_entries;
    Located<double> max_shrink{0.3, {}};
    Located<uint64_t> max_bytes{kMaxListBytes, {}};
    Text signed_by;  ///< a minisign public key, as text
    Text proxy;      ///< as written
    Text ca;         ///< resolved path; empty: the system's authorities
    LocatedList<api::Prefix> prefixes;
    LocatedList<std::string> domains;  ///< lower case
};

struct PortRange {
    uint16_t first = 0;
    uint16_t last = 0;  ///< inclusive

    friend constexpr auto operator<=>(const PortRange&, const PortRange&) = default;
};

/// Sign-in alone, or also the services that check locations themselves.
enum class Scope : uint8_t { auth, auth_and_cae };

struct SegmentSection {
    Text name;
    LocatedList<std::string> lists;
    std::optional<std::vector<PortRange>> tcp_ports;  ///< absent: the entry's own, else all
    std::optional<std::vector<PortRange>> udp_ports;  ///< absent: the entry's own, else none
    Located<bool> signaling{true, {}};
    Located<Scope> scope;
    std::optional<Located<api::Present>> present;
};

struct RuleSection {
    Text name;
    LocatedList<std::string> segments;
    LocatedList<api::Prefix> from;
    LocatedList<uint16_t> vlans;
    LocatedList<uint16_t> dscp;
    LocatedList<Hours> hours;  ///< empty: always
    bool in_force = true;      ///< by its hours, when the tables were compiled
    Located<api::Verdict> action;
    Text via;
    Located<api::WhenDown> when_down;
    Located<api::Family> family;  ///< of the flows it tunnels; none: both
};

struct NamesSection {
    Located<bool> learn{true, {}};
};

struct SignalingSection {
    Located<bool> enabled{true, {}};
};

struct RestoreSection {
    Located<api::Present> present;
    LocatedList<api::IpAddress> addresses;
};

/// How the identity provider finds a client's country: by its address, or by its telephone.
enum class CountryLookup : uint8_t { ip, gps };

struct LocationSection {
    Text name;
    RangeSet ranges;
    LocatedList<std::string> countries;  ///< two capital letters each
    Located<CountryLookup> country_lookup;
    Located<bool> include_unknown;
    Located<bool> trusted;

    /// One of countries, not of ranges.
    [[nodiscard]] bool is_by_country() const noexcept {
        return !countries.empty() || *include_unknown;
    }
};

struct MfaTrustedIpsSection {
    RangeSet ranges;
    Located<bool> skip_for_federated;
};

enum class Grant : uint8_t { block, mfa, compliant_device, hybrid_joined };
enum class PolicyState : uint8_t { enabled, report_only, disabled };

/// How strictly services that check locations themselves hold a token against them.
enum class Cae : uint8_t { standard, strict };

struct PolicySection {
    Text name;
    LocatedList<std::string> include_locations;
    LocatedList<std::string> exclude_locations;
    Located<Grant> grant;
    Located<PolicyState> state;
    Located<Cae> cae;
};

struct GeoSection {
    Text database;  ///< path; empty: countries are unknown
};

struct LogSection {
    Located<LogLevel> level{LogLevel::info, {}};
    Text sign_ins;  ///< path of the sign-in log; empty: none
    Located<bool> journal;
    Located<uint64_t> rotate_bytes{uint64_t{16} << 20, {}};
    Located<uint16_t> keep{4, {}};
    Located<bool> client_addresses;
};

/// The Unix groups of the operators' socket; empty: none.
struct ControlSection {
    Text operators;
    Text readers;
};

/// One complete configuration. Everything that has an index in api::Tables (ports, peers, segments,
/// rules) has the same index here.
struct Config {
    std::string file;  ///< as the caller named it
    NodeSection node;
    IdentitySection identity;
    std::vector<PortSection> ports;
    EgressSection egress;                ///< of the uplink "default"
    std::vector<UplinkSection> uplinks;  ///< the others, in file order
    TunnelSection tunnel;
    std::vector<PeerSection> peers;
    std::vector<ListSection> lists;
    std::vector<SegmentSection> segments;
    std::vector<RuleSection> rules;
    NamesSection names;
    SignalingSection signaling;
    RestoreSection restore;
    std::vector<LocationSection> locations;
    MfaTrustedIpsSection mfa_trusted_ips;
    std::vector<PolicySection> policies;
    GeoSection geo;
    LogSection log;
    ControlSection control;
};

}  // namespace egret::control
