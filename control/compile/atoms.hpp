// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/flatten.hpp"
#include "control/compile/port_set.hpp"
#include "control/config/config.hpp"
#include "control/lists/entry.hpp"

#include <cstdint>
#include <vector>

namespace egret::control {

/// Ports of one segment: what every address of the atom belongs to.
struct Atom {
    uint16_t segment = 0;  ///< of Config::segments
    PortSet ports;
};

/// Every prefix of every list, once for each segment that uses it.
struct AtomTable {
    std::vector<Atom> atoms;  ///< in order of segments
    std::vector<AtomPrefix> prefixes;
};

/// Splits the segments a rule (at an edge: anything) can reach into atoms. Entries whose ports come
/// to nothing are left out.
[[nodiscard]] AtomTable split_into_atoms(const Config& config, const std::vector<List>& lists);

/// The index of a section by its name; the configuration has been checked, so there is one.
template <class Section>
[[nodiscard]] uint16_t index_of(const std::vector<Section>& sections, const std::string& name) {
    uint16_t index = 0;
    while (index < sections.size() && *sections[index].name != name) {
        ++index;
    }
    return index;
}

}  // namespace egret::control
