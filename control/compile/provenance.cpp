// SPDX-License-Identifier: Apache-2.0
#include "control/compile/provenance.hpp"

#include "control/compile/atoms.hpp"
#include "control/compile/port_set.hpp"

#include <algorithm>

namespace egret::control {

Provenance::Provenance(const Config& config, const std::vector<List>& lists) {
    lists_.reserve(lists.size());
    for (const List& list : lists) {
        lists_.push_back(index(list));
    }
    for (const SegmentSection& section : config.segments) {
        Segment& segment = segments_.emplace_back();
        segment.tcp_ports = section.tcp_ports;
        segment.udp_ports = section.udp_ports;
        for (const Located<std::string>& name : section.lists) {
            segment.lists.push_back(index_of(config.lists, *name));
        }
    }
}

/// Sorted by address and length, a prefix follows those that cover it: the last one still open is
/// its parent. Equal prefixes with other ports become each other's parents.
Provenance::IndexedList Provenance::index(const List& list) {
    IndexedList indexed{list.name, list.ports, list.parts, {}};
    indexed.nodes.reserve(list.prefixes.size());
    for (const PrefixEntry& entry : list.prefixes) {
        indexed.nodes.push_back({entry.prefix, entry.ports, entry.part, kNoParent});
    }
    std::ranges::stable_sort(indexed.nodes, {}, &Node::prefix);
    std::vector<uint32_t> open;
    for (uint32_t i = 0; i < indexed.nodes.size(); ++i) {
        Node& node = indexed.nodes[i];
        while (!open.empty() && !api::covers(indexed.nodes[open.back()].prefix, node.prefix)) {
            open.pop_back();
        }
        node.parent = open.empty() ? kNoParent : open.back();
        open.push_back(i);
    }
    return indexed;
}

/// The last prefix that begins at or before the address holds it, or one of its ancestors does, or
/// none of the list.
const Provenance::Node*
Provenance::longest(const IndexedList& list, const Segment& segment, const SourceQuery& query) {
    const api::Prefix after{query.destination, query.destination.bits()};
    const auto next = std::ranges::upper_bound(list.nodes, after, {}, &Node::prefix);
    uint32_t index = next == list.nodes.begin()
                         ? kNoParent
                         : static_cast<uint32_t>(next - list.nodes.begin() - 1);
    for (; index != kNoParent; index = list.nodes[index].parent) {
        const Node& node = list.nodes[index];
        if (!api::contains(node.prefix, query.destination)) {
            continue;
        }
        const PortSet ports =
            resolve_ports(segment.tcp_ports, segment.udp_ports, list.ports[node.ports]);
        if (holds(ports, query.protocol, query.port)) {
            return &node;
        }
    }
    return nullptr;
}

std::optional<Source> Provenance::find(uint16_t segment, const SourceQuery& query) const {
    if (segment >= segments_.size()) {
        return std::nullopt;
    }
    const Node* best = nullptr;
    const IndexedList* best_list = nullptr;
    for (const uint16_t index : segments_[segment].lists) {
        const Node* node = longest(lists_[index], segments_[segment], query);
        if (node != nullptr && (best == nullptr || node->prefix.length > best->prefix.length)) {
            best = node;
            best_list = &lists_[index];
        }
    }
    if (best == nullptr) {
        return std::nullopt;
    }
    return Source{best_list->name, api::to_text(best->prefix), best_list->parts[best->part]};
}

}  // namespace egret::control
