// SPDX-License-Identifier: Apache-2.0
#include <egret/api/tables.hpp>

#include <algorithm>
#include <span>

namespace egret::api {
namespace {

template <class Element>
std::span<const Element> slice_of(const std::vector<Element>& elements, Slice slice) noexcept {
    return std::span<const Element>(elements).subspan(slice.first, slice.count);
}

bool holds_number(const Tables& tables, Slice numbers, uint16_t value) noexcept {
    const auto wanted = slice_of(tables.numbers, numbers);
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool holds_source(const Tables& tables, Slice prefixes, const IpAddress& source) noexcept {
    const auto wanted = slice_of(tables.prefixes, prefixes);
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const Prefix& prefix) {
               return contains(prefix, source);
           });
}

bool holds(const Tables& tables, const Rule& rule, const Destination& packet) noexcept {
    return holds_number(tables, rule.vlans, packet.vlan) &&
           holds_number(tables, rule.dscp, packet.dscp) &&
           holds_source(tables, rule.from, packet.source);
}

bool holds(const Match& match, const Destination& packet) noexcept {
    return match.protocol == packet.protocol && match.port_first <= packet.destination_port &&
           packet.destination_port <= match.port_last;
}

bool may_reach(const Tables& tables, const Peer& peer, uint16_t segment) noexcept {
    const auto allowed = slice_of(tables.numbers, peer.segments);
    return peer.all_segments || std::binary_search(allowed.begin(), allowed.end(), segment);
}

}  // namespace

Classification classify(const Tables& tables, const Destination& packet) noexcept {
    Classification result;
    result.set = tables.destinations.lookup(packet.destination);
    if (result.set == 0) {
        return result;
    }
    const DestinationSet& set = tables.sets[result.set];
    result.guard = set.guard;
    result.any_tunnel = set.any_tunnel;
    for (const Match& match : slice_of(tables.matches, set.matches)) {
        const Rule& rule = tables.rules[match.rule];
        if (holds(match, packet) && holds(tables, rule, packet)) {
            result.verdict = rule.action;
            result.rule = match.rule;
            result.segment = match.segment;
            return result;
        }
    }
    return result;
}

bool blocks_quic(
    const Tables& tables,
    const Destination& packet,
    const Classification& found
) noexcept {
    constexpr uint8_t kTcp = 6;
    constexpr uint8_t kUdp = 17;
    constexpr uint16_t kHttpsPort = 443;
    if (!tables.block_quic || packet.protocol != kUdp || packet.destination_port != kHttpsPort) {
        return false;
    }
    if (found.rule != kNone) {
        return found.verdict == Verdict::tunnel;
    }
    Destination over_tcp = packet;
    over_tcp.protocol = kTcp;
    return classify(tables, over_tcp).verdict == Verdict::tunnel;
}

bool refuses_family(
    const Tables& tables,
    const Destination& packet,
    const Classification& found
) noexcept {
    if (found.verdict != Verdict::tunnel || found.rule == kNone) {
        return false;
    }
    const Family wanted = tables.rules[found.rule].family;
    return wanted != Family::none && wanted != packet.destination.family;
}

Classification
classify_for_peer(const Tables& tables, const Peer& peer, const Destination& packet) noexcept {
    Classification result;
    result.verdict = Verdict::drop;
    result.set = tables.destinations.lookup(packet.destination);
    result.guard = tables.sets[result.set].guard;
    if (result.guard != Guard::none) {
        return result;
    }
    if (tables.accept_all) {
        result.verdict = Verdict::tunnel;
        return result;
    }
    for (const Match& match : slice_of(tables.matches, tables.sets[result.set].matches)) {
        if (holds(match, packet) && may_reach(tables, peer, match.segment)) {
            result.verdict = Verdict::tunnel;
            result.segment = match.segment;
            return result;
        }
    }
    return result;
}

}  // namespace egret::api
