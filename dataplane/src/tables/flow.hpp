// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "neighbours/next_hop.hpp"
#include "tables/flow_key.hpp"

#include <egret/api/events.hpp>
#include <egret/api/tables.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace egret {

/// Ethernet header and up to two VLAN tags, as they stood on the wire.
struct LinkHeader {
    static constexpr uint8_t kMaxSize = 14 + 2 * 4;
    uint8_t size_bytes = 0;
    std::array<uint8_t, kMaxSize> bytes{};
};

/// One flow and everything a packet of it needs. Owned by one worker's FlowTable; no other thread touches it.
///
/// The opener's packets arrive with key `forward`; the answers with key `reverse`. Translation needs no fields of its own:
/// what leaves forwards has the source that `reverse` has as destination, what leaves backwards has the destination that
/// `forward` has as source.
///
/// Four cache lines, by who needs them: a branch's packet out touches the first and the third.
struct alignas(64) Flow {
    // Every packet.
    FlowKey forward;
    uint64_t last_ns = 0;
    uint16_t peer = api::kNone;  ///< slot
    uint16_t ip_delta = 0;  ///< what a forward translation adds to the IPv4 header checksum's sum
    uint16_t transport_delta = 0;  ///< the same for the TCP or UDP checksum
    api::Verdict verdict = api::Verdict::direct;
    api::DropReason reason = api::DropReason::count;  ///< with verdict drop
    uint8_t fin_seen = 0;                             ///< kFinForward | kFinReverse
    bool closed = false;                              ///< both sides finished, or a reset
    bool translated = false;   ///< forward source and reverse destination differ
    bool name_wanted = false;  ///< a ClientHello may still come
    bool has_reverse = false;  ///< `reverse` is in the index

    // Packets in, and translated ones.
    alignas(64) FlowKey reverse;
    uint64_t packets_in = 0;
    uint64_t bytes_in = 0;
    uint64_t generation = 0;  ///< of the tables by which it was judged last

    // Packets out, and the link header of packets in.
    alignas(64) uint64_t packets_out = 0;
    uint64_t bytes_out = 0;
    api::IpAddress origin;  ///< the claim
    LinkHeader link;        ///< branch: of the newest frame from the client
    uint16_t rule = api::kNone;
    uint16_t segment = api::kNone;

    // An edge's packets in; the rest is for records.
    alignas(64) NextHop next_hop;  ///< towards the destination
    uint64_t id = 0;
    uint64_t opened_ns = 0;

    static constexpr uint8_t kFinForward = 1;
    static constexpr uint8_t kFinReverse = 2;
};

inline constexpr size_t kFlowLine = 64;
static_assert(sizeof(Flow) == 4 * kFlowLine);

/// The lines of a Flow that packets of one way touch, a bit each.
enum class FlowLines : unsigned {
    branch_out = 0b0101,
    branch_in = 0b0111,
    edge_in = 0b1111,
    edge_out = 0b0011,
};

}  // namespace egret
