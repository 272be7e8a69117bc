// SPDX-License-Identifier: Apache-2.0
#include "control/compile/matches.hpp"

#include <algorithm>
#include <map>

namespace egret::control {
namespace {

/// A way to a verdict, in the order in which ways are tried.
struct Way {
    uint16_t rule = api::kNone;
    uint16_t segment = 0;
    bool is_tunnel = false;
};

std::vector<Way> ways_of(const Config& config) {
    std::vector<Way> ways;
    if (*config.node.role == api::Role::edge) {
        for (size_t segment = 0; segment < config.segments.size(); ++segment) {
            ways.push_back({api::kNone, static_cast<uint16_t>(segment), true});
        }
        return ways;
    }
    for (size_t rule = 0; rule < config.rules.size(); ++rule) {
        const RuleSection& section = config.rules[rule];
        if (!section.in_force) {
            continue;
        }
        for (const Located<std::string>& name : section.segments) {
            ways.push_back(
                {static_cast<uint16_t>(rule),
                 index_of(config.segments, *name),
                 *section.action == api::Verdict::tunnel}
            );
        }
    }
    return ways;
}

/// The ports of a set within each of its segments, joined over its atoms.
std::map<uint16_t, PortSet> ports_by_segment(const AtomTable& table, const Flattened::Set& set) {
    std::map<uint16_t, PortSet> by_segment;
    for (const AtomIndex index : set.atoms) {
        const Atom& atom = table.atoms[index];
        PortSet& ports = by_segment[atom.segment];
        ports.tcp.insert(ports.tcp.end(), atom.ports.tcp.begin(), atom.ports.tcp.end());
        ports.udp.insert(ports.udp.end(), atom.ports.udp.begin(), atom.ports.udp.end());
    }
    for (auto& [segment, ports] : by_segment) {
        ports = {normalized(std::move(ports.tcp)), normalized(std::move(ports.udp))};
    }
    return by_segment;
}

void add_ranges(
    const Way& way,
    uint8_t protocol,
    const PortRanges& ranges,
    std::vector<api::Match>& matches
) {
    for (const PortRange& range : ranges) {
        matches.push_back({way.rule, way.segment, protocol, range.first, range.last});
    }
}

}  // namespace

void add_destination_sets(
    const Config& config,
    const AtomTable& atoms,
    const std::vector<Flattened::Set>& sets,
    api::Tables& tables
) {
    const std::vector<Way> ways = ways_of(config);
    for (const Flattened::Set& set : sets) {
        const auto by_segment = ports_by_segment(atoms, set);
        api::DestinationSet destination;
        destination.guard = set.guard;
        destination.matches.first = static_cast<uint32_t>(tables.matches.size());
        for (const Way& way : ways) {
            const auto ports = by_segment.find(way.segment);
            if (ports == by_segment.end()) {
                continue;
            }
            add_ranges(way, kTcp, ports->second.tcp, tables.matches);
            add_ranges(way, kUdp, ports->second.udp, tables.matches);
            destination.any_tunnel = destination.any_tunnel || way.is_tunnel;
        }
        destination.matches.count =
            static_cast<uint32_t>(tables.matches.size()) - destination.matches.first;
        tables.sets.push_back(destination);
    }
}

}  // namespace egret::control
