// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"

#include <egret/api/address.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace egret::control {

/// Which list, and what in it, a destination was chosen by.
struct Source {
    std::string list;
    std::string entry;  ///< a prefix in canonical text, or a domain as the list has it
    std::string part;   ///< where in the list: "set 56", "cell us_cell_1"; empty if it has no parts
};

/// The part of a packet that decides what it was chosen by.
struct SourceQuery {
    api::IpAddress destination;
    uint8_t protocol = 0;  ///< 6 or 17
    uint16_t port = 0;
};

/// Finds list and entry of a classified destination. Asked when a record is written, never per
/// packet (design section 8). Immutable once built; any number of threads may ask.
class Provenance {
  public:
    Provenance() = default;

    /// Copies what it needs: neither argument has to outlive it.
    Provenance(const Config& config, const std::vector<List>& lists);

    /// The longest prefix of the segment's lists that holds destination, protocol and port, and its
    /// list (the first in the segment's order where two are equally long). Nothing if none does.
    [[nodiscard]] std::optional<Source> find(uint16_t segment, const SourceQuery& query) const;

  private:
    static constexpr uint32_t kNoParent = 0xffffffff;

    /// A prefix of a list in sorted order; `parent` is the closest other that covers it.
    struct Node {
        api::Prefix prefix;
        uint16_t ports = 0;
        uint16_t part = 0;
        uint32_t parent = kNoParent;
    };

    struct IndexedList {
        std::string name;
        std::vector<EntryPorts> ports;
        std::vector<std::string> parts;
        std::vector<Node> nodes;
    };

    struct Segment {
        std::vector<uint16_t> lists;
        std::optional<std::vector<PortRange>> tcp_ports;
        std::optional<std::vector<PortRange>> udp_ports;
    };

    static IndexedList index(const List& list);
    static const Node*
    longest(const IndexedList& list, const Segment& segment, const SourceQuery& query);

    std::vector<IndexedList> lists_;
    std::vector<Segment> segments_;
};

}  // namespace egret::control
