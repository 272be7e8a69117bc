// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// From the dataplane's indexes back to the names operators gave; empty where there is none.
namespace egret::control {

template <class Section>
[[nodiscard]] std::string name_at(const std::vector<Section>& sections, uint16_t index) {
    return index < sections.size() ? *sections[index].name : std::string();
}

/// The index in Config::peers and Tables::peers of the peer with that slot; kNone if there is none. Slots outlive generations
/// and mostly equal indexes, but need not.
[[nodiscard]] inline uint16_t peer_index(const Generation& generation, uint16_t slot) noexcept {
    const std::vector<api::Peer>& peers = generation.tables.peers;
    if (slot < peers.size() && peers[slot].slot == slot) {
        return slot;
    }
    const auto found = std::ranges::find(peers, slot, &api::Peer::slot);
    return found == peers.end() ? api::kNone : static_cast<uint16_t>(found - peers.begin());
}

/// The name of the peer with that slot.
[[nodiscard]] inline std::string peer_name(const Generation& generation, uint16_t slot) {
    return name_at(generation.config.peers, peer_index(generation, slot));
}

/// How sure the choice of a segment was (design section 8). Addresses choose, so far: "prefix" for
/// whatever is in a segment.
[[nodiscard]] inline std::string_view confidence_of(uint16_t segment) noexcept {
    return segment == api::kNone ? std::string_view() : std::string_view("prefix");
}

}  // namespace egret::control
