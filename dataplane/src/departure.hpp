// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stages/outer_header.hpp"

#include <cstdint>

namespace egret {

struct Session;

/// Whether packets to a peer can be sealed and leave now, and if not what becomes of them.
enum class Keys : uint8_t { ready, wait, none, used_up, unreachable, no_next_hop, no_endpoint };

/// What the packets of one burst to one peer have in common, found once for all of them.
/// Availability: D after `departure_to`, S after seal; only with keys `ready` but for `peer` and `keys`.
struct Departure {
    uint16_t peer;           // D, slot
    Keys keys;               // D
    uint16_t payload_limit;  // D, bytes: padding does not go beyond
    uint16_t n;              // S, packets
    bool has_data;           // S, one of them is no keepalive
    Session* session;        // D
    uint64_t counter;        // S, of the next packet
    uint64_t bytes;          // S, of UDP payload
    OuterHeader outer;       // D
};

}  // namespace egret
