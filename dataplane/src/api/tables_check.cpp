// SPDX-License-Identifier: Apache-2.0
#include "api/tables_check.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace egret::api {
namespace {

/// Where IPv6 works (RFC 8200 section 5), which a port must carry; what is left of it inside a tunnel is more than 576, the
/// least of IPv4 (RFC 791).
constexpr uint16_t kLeastPortMtu = 1280;
constexpr uint16_t kLeastInnerMtu = 576;

constexpr uint8_t kTcp = 6;
constexpr uint8_t kUdp = 17;

template <class Element>
bool holds(const std::vector<Element>& array, const Slice& slice) noexcept {
    return uint64_t{slice.first} + slice.count <= array.size();
}

template <class Element>
std::span<const Element> part(const std::vector<Element>& array, const Slice& slice) noexcept {
    return std::span(array).subspan(slice.first, slice.count);
}

template <class Element>
bool has(const std::vector<Element>& array, uint16_t index) noexcept {
    return index < array.size();
}

template <class Element>
bool has_or_none(const std::vector<Element>& array, uint16_t index) noexcept {
    return index == kNone || has(array, index);
}

bool is_family_or_absent(const IpAddress& address, Family family) noexcept {
    return !address.present() || address.family == family;
}

bool are_present(std::span<const Prefix> prefixes) noexcept {
    return std::all_of(prefixes.begin(), prefixes.end(), [](const Prefix& prefix) {
        return prefix.address.present();
    });
}

bool are_of_family(std::span<const IpAddress> addresses, Family family) noexcept {
    return std::all_of(addresses.begin(), addresses.end(), [family](const IpAddress& address) {
        return address.family == family;
    });
}

bool is_port(const Tables& tables, const Port& port) noexcept {
    return port.name.front() != '\0' && port.name.back() == '\0' &&
           port.mtu_bytes >= kLeastPortMtu && holds(tables.prefixes, port.addresses) &&
           is_family_or_absent(port.gateway_ipv4, Family::ipv4) &&
           is_family_or_absent(port.gateway_ipv6, Family::ipv6);
}

bool has_port_of(const Tables& tables, Side side) noexcept {
    return std::any_of(tables.ports.begin(), tables.ports.end(), [side](const Port& port) {
        return port.side == side;
    });
}

/// A branch asks the match's rule at once; an edge has none.
bool is_match(const Tables& tables, const Match& match) noexcept {
    return (has(tables.rules, match.rule) || tables.role == Role::edge) &&
           has(tables.segments, match.segment) &&
           (match.protocol == kTcp || match.protocol == kUdp) &&
           match.port_first <= match.port_last;
}

bool is_rule(const Tables& tables, const Rule& rule) noexcept {
    return (rule.action == Verdict::tunnel ? has(tables.groups, rule.group)
                                           : has_or_none(tables.groups, rule.group)) &&
           (rule.action == Verdict::tunnel || rule.family == Family::none) &&
           holds(tables.prefixes, rule.from) && holds(tables.numbers, rule.vlans) &&
           holds(tables.numbers, rule.dscp);
}

bool is_group(const Tables& tables, const Group& group) noexcept {
    if (!holds(tables.numbers, group.members)) {
        return false;
    }
    const auto members = part(tables.numbers, group.members);
    return std::all_of(members.begin(), members.end(), [&tables](uint16_t peer) {
        return has(tables.peers, peer);
    });
}

bool is_peer(const Tables& tables, const Peer& peer) noexcept {
    if (peer.slot == kNone || !has_or_none(tables.groups, peer.group) ||
        !holds(tables.numbers, peer.segments) || !holds(tables.prefixes, peer.origins) ||
        std::min(peer.inner_mtu_ipv4, peer.inner_mtu_ipv6) < kLeastInnerMtu) {
        return false;
    }
    const auto segments = part(tables.numbers, peer.segments);
    return std::is_sorted(segments.begin(), segments.end()) &&
           std::all_of(segments.begin(), segments.end(), [&tables](uint16_t segment) {
               return has(tables.segments, segment);
           });
}

bool slots_differ(const std::vector<Peer>& peers) {
    std::vector<uint16_t> slots(peers.size());
    std::transform(peers.begin(), peers.end(), slots.begin(), [](const Peer& peer) {
        return peer.slot;
    });
    std::sort(slots.begin(), slots.end());
    return std::adjacent_find(slots.begin(), slots.end()) == slots.end();
}

bool is_restore(const Tables& tables) noexcept {
    const Restore& restore = tables.restore;
    return holds(tables.addresses, restore.pool_ipv4) &&
           holds(tables.addresses, restore.pool_ipv6) &&
           are_of_family(part(tables.addresses, restore.pool_ipv4), Family::ipv4) &&
           are_of_family(part(tables.addresses, restore.pool_ipv6), Family::ipv6);
}

template <class Start>
bool sets_exist(const Tables& tables, const PrefixTable::Ranges<Start>& ranges) noexcept {
    return std::all_of(ranges.sets.begin(), ranges.sets.end(), [&tables](SetIndex set) {
        return has(tables.sets, set);
    });
}

/// Set 0 must exist: it is what an address in no list has.
bool are_destinations(const Tables& tables) noexcept {
    return has(tables.sets, 0) && sets_exist(tables, tables.destinations.ipv4_ranges()) &&
           sets_exist(tables, tables.destinations.ipv6_ranges());
}

/// Nothing if `test` holds for all `elements`, else which one it is.
template <class Element>
tl::expected<void, std::string> all(
    const Tables& tables,
    const std::vector<Element>& elements,
    bool (*test)(const Tables&, const Element&) noexcept,
    const char* kind
) {
    const auto wrong =
        std::find_if_not(elements.begin(), elements.end(), [&](const Element& element) {
            return test(tables, element);
        });
    if (wrong == elements.end()) {
        return {};
    }
    return tl::unexpected(
        std::string(kind) + " " + std::to_string(wrong - elements.begin()) +
        " of the tables holds a value that cannot be"
    );
}

bool is_set(const Tables& tables, const DestinationSet& set) noexcept {
    return holds(tables.matches, set.matches);
}

/// An index is 16 bits wide, and kNone is none.
bool counts_fit(const Tables& tables) noexcept {
    return std::max(
               {tables.ports.size(),
                tables.peers.size(),
                tables.groups.size(),
                tables.rules.size(),
                tables.segments.size()}
           ) < kNone;
}

}  // namespace

tl::expected<void, std::string> check(const Tables& tables) {
    const auto refuse = [](const char* why) {
        return tl::expected<void, std::string>(tl::unexpect, why);
    };
    if (!counts_fit(tables)) {
        return refuse("the tables hold more of something than an index can name");
    }
    if (!has_port_of(tables, Side::inside) || !has_port_of(tables, Side::outside)) {
        return refuse("the tables lack an inside or an outside port");
    }
    if (!slots_differ(tables.peers)) {
        return refuse("two peers of the tables have one slot");
    }
    if (!are_present(tables.prefixes) || !holds(tables.prefixes, tables.egress_ipv6) ||
        !is_family_or_absent(tables.egress_ipv4, Family::ipv4)) {
        return refuse("the tables hold an egress address or a prefix that cannot be");
    }
    if (!is_restore(tables)) {
        return refuse("the tables hold a pool of addresses that cannot be");
    }
    if (!are_destinations(tables)) {
        return refuse("the tables lead destinations to sets that do not exist");
    }
    return all(tables, tables.ports, is_port, "port")
        .and_then([&] { return all(tables, tables.matches, is_match, "match"); })
        .and_then([&] { return all(tables, tables.sets, is_set, "set"); })
        .and_then([&] { return all(tables, tables.rules, is_rule, "rule"); })
        .and_then([&] { return all(tables, tables.groups, is_group, "group"); })
        .and_then([&] { return all(tables, tables.peers, is_peer, "peer"); });
}

}  // namespace egret::api
