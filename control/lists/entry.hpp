// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <egret/api/address.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace egret::control {

/// The ports a list states for its entries. A list that states either protocol means the other has
/// none; one that states neither leaves the choice to the segment.
struct EntryPorts {
    bool stated = false;
    std::vector<PortRange> tcp;
    std::vector<PortRange> udp;

    friend auto operator<=>(const EntryPorts&, const EntryPorts&) = default;
};

struct PrefixEntry {
    api::Prefix prefix;  ///< host bits cleared
    uint16_t ports = 0;  ///< of List::ports
    uint16_t part = 0;   ///< of List::parts
};

/// A server name: exact, or a pattern with `*` (see domain_pattern.hpp). Lower case.
struct DomainEntry {
    std::string pattern;
    uint16_t ports = 0;  ///< of List::ports
    uint16_t part = 0;   ///< of List::parts
};

/// Some entries of a list, with its indexes of ports and parts.
struct ListEntries {
    std::vector<PrefixEntry> prefixes;
    std::vector<DomainEntry> domains;
};

/// Where the entries of a list come from, as far as it is known.
struct ListOrigin {
    std::string source;       ///< path or address; empty for entries of the configuration itself
    std::string version;      ///< as the publisher counts: a number or a time; empty if it does not
    uint64_t fetched_ns = 0;  ///< when the copy came, in ns since 1970; 0: read where it lies
};

/// Destinations from one source, as compiled into segments. Has the index of its [[list]] in
/// Config::lists.
struct List {
    std::string name;
    std::vector<EntryPorts> ports;   ///< distinct; index 0 states nothing
    std::vector<std::string> parts;  ///< "set 56", "cell us_cell_1"; distinct; index 0 is empty
    std::vector<PrefixEntry> prefixes;
    std::vector<DomainEntry> domains;
    ListEntries
        waiting;  ///< held until an operator accepts them; not among the others, and not used
    ListOrigin origin;
};

}  // namespace egret::control
