// SPDX-License-Identifier: Apache-2.0
#include "control/compile/atoms.hpp"
#include "control/compile/flatten.hpp"
#include "control/compile/generation.hpp"
#include "control/compile/guards.hpp"
#include "control/compile/matches.hpp"
#include "control/config/inner_mtu.hpp"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <string_view>
#include <unordered_map>

namespace egret::control {
namespace {

template <class Element>
api::Slice append(std::vector<Element>& array, const std::vector<Element>& elements) {
    const api::Slice slice{
        static_cast<uint32_t>(array.size()),
        static_cast<uint32_t>(elements.size())};
    array.insert(array.end(), elements.begin(), elements.end());
    return slice;
}

template <class Element>
api::Slice append(std::vector<Element>& array, const LocatedList<Element>& elements) {
    const auto first = static_cast<uint32_t>(array.size());
    for (const Located<Element>& element : elements) {
        array.push_back(*element);
    }
    return {first, static_cast<uint32_t>(elements.size())};
}

void add_node(const Config& config, api::Tables& tables) {
    tables.generation = *config.node.generation;
    tables.role = *config.node.role;
    tables.signaling = *config.signaling.enabled;
    tables.block_quic = *config.tunnel.block_quic;
    tables.bridge = *config.node.bridge;
    tables.learn_names = *config.names.learn;
    tables.listen_port = *config.tunnel.listen_port;
    tables.accept_all = accepts_all(config);
    if (tables.role == api::Role::branch) {
        tables.egress_ipv4 = *config.egress.ipv4;
        tables.egress_ipv6 = append(tables.prefixes, config.egress.ipv6);
    }
}

void add_ports(const Config& config, api::Tables& tables) {
    for (const PortSection& section : config.ports) {
        api::Port& port = tables.ports.emplace_back();
        section.name->copy(port.name.data(), port.name.size() - 1);
        port.side = *section.side;
        port.mtu_bytes = *section.mtu_bytes;
        port.addresses = append(tables.prefixes, section.addresses);
        for (const Located<api::IpAddress>& gateway : section.gateways) {
            (gateway->family == api::Family::ipv4 ? port.gateway_ipv4 : port.gateway_ipv6) =
                *gateway;
        }
    }
}

/// Groups by name, numbered in the order of their first peers. Borrows the names.
using Groups = std::unordered_map<std::string_view, uint16_t>;

Groups groups_of(const Config& config) {
    Groups groups;
    for (const PeerSection& peer : config.peers) {
        groups.try_emplace(*peer.group, static_cast<uint16_t>(groups.size()));
    }
    return groups;
}

void add_peer_segments(
    const Config& config,
    const PeerSection& section,
    api::Peer& peer,
    api::Tables& tables
) {
    if (!section.segments || *config.node.role != api::Role::edge) {
        return;
    }
    peer.all_segments = false;
    std::vector<uint16_t> segments;
    for (const Located<std::string>& name : *section.segments) {
        segments.push_back(index_of(config.segments, *name));
    }
    std::ranges::sort(segments);
    peer.segments = append(tables.numbers, segments);
}

void add_peers(
    const Config& config,
    const Groups& groups,
    const std::vector<uint16_t>& slots,
    api::Tables& tables
) {
    for (const PeerSection& section : config.peers) {
        api::Peer& peer = tables.peers.emplace_back();
        peer.slot = slots[tables.peers.size() - 1];
        peer.public_key = std::bit_cast<decltype(peer.public_key)>(section.public_key->bytes);
        peer.keepalive_s = *section.keepalive_s;
        peer.probe_ms = *section.probe_ms;
        peer.group = groups.at(*section.group);
        peer.priority = *section.priority;
        peer.suite = *section.suite;
        peer.carry = *section.carry;
        peer.verify = *section.verify;
        peer.verify_other_family = *section.verify_other_family;
        peer.endpoint = *section.endpoint;
        peer.origins = append(tables.prefixes, section.origins);
        add_peer_segments(config, section, peer, tables);
        const InnerMtu mtu = inner_mtu(config, section);
        peer.inner_mtu_ipv4 = mtu.ipv4;
        peer.inner_mtu_ipv6 = mtu.ipv6;
    }
}

void add_groups(size_t n_groups, api::Tables& tables) {
    std::vector<std::vector<uint16_t>> members(n_groups);
    for (size_t index = 0; index < tables.peers.size(); ++index) {
        members[tables.peers[index].group].push_back(static_cast<uint16_t>(index));
    }
    for (std::vector<uint16_t>& group : members) {
        std::ranges::stable_sort(group, {}, [&](uint16_t peer) {
            return tables.peers[peer].priority;
        });
        tables.groups.push_back({append(tables.numbers, group)});
    }
}

void add_rules(const Config& config, const Groups& groups, api::Tables& tables) {
    if (tables.role != api::Role::branch) {
        return;
    }
    for (const RuleSection& section : config.rules) {
        api::Rule& rule = tables.rules.emplace_back();
        rule.action = *section.action;
        rule.when_down = *section.when_down;
        if (rule.action == api::Verdict::tunnel) {
            rule.group = groups.at(*section.via);
            rule.family = *section.family;
        }
        rule.from = append(tables.prefixes, section.from);
        rule.vlans = append(tables.numbers, section.vlans);
        rule.dscp = append(tables.numbers, section.dscp);
    }
}

void add_segments(const Config& config, api::Tables& tables) {
    for (const SegmentSection& section : config.segments) {
        api::Segment& segment = tables.segments.emplace_back();
        segment.signaling = *section.signaling;
        segment.present_set = section.present.has_value();
        segment.present = section.present ? **section.present : api::Present::origin;
    }
}

void add_restore(const Config& config, api::Tables& tables) {
    std::vector<api::IpAddress> ipv4;
    std::vector<api::IpAddress> ipv6;
    for (const Located<api::IpAddress>& address : config.restore.addresses) {
        (address->family == api::Family::ipv4 ? ipv4 : ipv6).push_back(*address);
    }
    tables.restore.present = *config.restore.present;
    tables.restore.pool_ipv4 = append(tables.addresses, ipv4);
    tables.restore.pool_ipv6 = append(tables.addresses, ipv6);
}

bool add_destinations(
    const Config& config,
    const std::vector<List>& lists,
    api::Tables& tables,
    Findings& findings
) {
    AtomTable atoms = split_into_atoms(config, lists);
    auto flat = flatten(std::move(atoms.prefixes), guarded_prefixes(config));
    if (!flat) {
        findings
            .error({}, "segment", "segments overlap in more ways than a table can number (65535)");
        return false;
    }
    add_destination_sets(config, atoms, flat->sets, tables);
    tables.destinations = api::PrefixTable::build(std::move(flat->prefixes));
    return true;
}

/// Indexes are 16 bits wide and kNone is none of them.
bool check_counts(const Config& config, Findings& findings) {
    const std::pair<const char*, size_t> counts[] = {
        {"port", config.ports.size()},
        {"peer", config.peers.size()},
        {"segment", config.segments.size()},
        {"rule", config.rules.size()},
    };
    bool all_fit = true;
    for (const auto& [kind, count] : counts) {
        if (count >= api::kNone) {
            findings.error({}, kind, fmt::format("{} are more than {}", count, api::kNone - 1));
            all_fit = false;
        }
    }
    return all_fit;
}

}  // namespace

std::optional<api::Tables> compile_tables(
    const Config& config,
    const std::vector<List>& lists,
    Findings& findings,
    SlotBook* slots
) {
    if (!check_counts(config, findings)) {
        return std::nullopt;
    }
    SlotBook in_file_order;
    const auto assigned = (slots != nullptr ? *slots : in_file_order).assign(config.peers);
    if (!assigned) {
        findings.error({}, "peer", "no numbers for new peers are left; restart the dataplane");
        return std::nullopt;
    }
    const Groups groups = groups_of(config);
    api::Tables tables;
    add_node(config, tables);
    add_ports(config, tables);
    add_peers(config, groups, *assigned, tables);
    add_groups(groups.size(), tables);
    add_rules(config, groups, tables);
    add_segments(config, tables);
    add_restore(config, tables);
    if (!add_destinations(config, lists, tables, findings)) {
        return std::nullopt;
    }
    return tables;
}

}  // namespace egret::control
