// SPDX-License-Identifier: Apache-2.0
#include "control/compile/atoms.hpp"

#include <algorithm>

namespace egret::control {
namespace {

/// At a branch a segment that no rule names would only make sets larger.
bool is_reachable(const Config& config, const SegmentSection& segment) {
    if (*config.node.role == api::Role::edge) {
        return true;
    }
    return std::ranges::any_of(config.rules, [&](const RuleSection& rule) {
        return std::ranges::any_of(rule.segments, [&](const Located<std::string>& name) {
            return *name == *segment.name;
        });
    });
}

class Splitter {
  public:
    explicit Splitter(AtomTable& table)
        : table_(table) {}

    void begin_segment() { first_of_segment_ = table_.atoms.size(); }

    void add_list(uint16_t segment_index, const SegmentSection& segment, const List& list) {
        std::vector<AtomIndex> atom_of_ports;
        for (const EntryPorts& ports : list.ports) {
            atom_of_ports.push_back(
                number(segment_index, resolve_ports(segment.tcp_ports, segment.udp_ports, ports))
            );
        }
        for (const PrefixEntry& entry : list.prefixes) {
            if (atom_of_ports[entry.ports] != kNoAtom) {
                table_.prefixes.push_back({entry.prefix, atom_of_ports[entry.ports]});
            }
        }
    }

  private:
    static constexpr AtomIndex kNoAtom = 0xffffffff;

    AtomIndex number(uint16_t segment, const PortSet& ports) {
        if (ports.tcp.empty() && ports.udp.empty()) {
            return kNoAtom;
        }
        const auto begin = table_.atoms.begin() + static_cast<ptrdiff_t>(first_of_segment_);
        const auto found = std::ranges::find(begin, table_.atoms.end(), ports, &Atom::ports);
        const auto index = static_cast<AtomIndex>(found - table_.atoms.begin());
        if (found == table_.atoms.end()) {
            table_.atoms.push_back({segment, ports});
        }
        return index;
    }

    AtomTable& table_;
    size_t first_of_segment_ = 0;
};

}  // namespace

AtomTable split_into_atoms(const Config& config, const std::vector<List>& lists) {
    AtomTable table;
    Splitter splitter(table);
    for (size_t index = 0; index < config.segments.size(); ++index) {
        const SegmentSection& segment = config.segments[index];
        splitter.begin_segment();
        if (!is_reachable(config, segment)) {
            continue;
        }
        for (const Located<std::string>& name : segment.lists) {
            const List& list = lists[index_of(config.lists, *name)];
            splitter.add_list(static_cast<uint16_t>(index), segment, list);
        }
    }
    return table;
}

}  // namespace egret::control
