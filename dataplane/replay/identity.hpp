// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "gateway.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

namespace egret::replay {

struct KeyHash {
    size_t operator()(const FlowKey& key) const noexcept { return hash_of(key, 0); }
};

/// Says which flow a frame of the capture belongs to (contract section 5): VLAN and 5-tuple, for ICMP echo with the
/// identifier as port; ICMP errors belong to the flow they quote, fragments to their first fragment's.
class FlowIdentifier {
  public:
    /// The flow's key as packets from the LAN carry it (`zone` is the VLAN id). Nothing for broadcast, multicast, link-local
    /// and non-IP frames, and for fragments whose first one was not seen.
    [[nodiscard]] std::optional<FlowKey>
    identify(std::span<const uint8_t> frame, const PacketMeta& meta, Direction direction);

  private:
    /// Datagrams whose fragments are followed at once; the oldest goes first.
    static constexpr size_t kMaxDatagrams = 1024;

    [[nodiscard]] std::optional<FlowKey>
    identify_fragment(std::span<const uint8_t> frame, const PacketMeta& meta);

    std::unordered_map<FlowKey, FlowKey, KeyHash>
        key_of_datagram_;            ///< by addresses, protocol and identification
    std::deque<FlowKey> datagrams_;  ///< in order of arrival
};

}  // namespace egret::replay
