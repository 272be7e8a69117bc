// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "departure.hpp"
#include "tables/flow.hpp"
#include "tables/flow_key.hpp"

#include <egret/api/address.hpp>
#include <egret/api/drop_reasons.hpp>
#include <egret/burst_output.hpp>

#include <rte_mbuf.h>

#include <array>
#include <cstdint>
#include <optional>

namespace egret {

struct Session;

/// What parse made of one packet.
enum class PacketKind : uint8_t {
    other,       ///< not IP, or an IP protocol without flows (ICMP echo, ESP, ...)
    transport,   ///< TCP or UDP: `key` is the packet's own tuple
    icmp_error,  ///< an ICMP or ICMPv6 error about a TCP or UDP packet: `key` is the tuple of the quoted one, reversed
    fragment,    ///< an IP fragment, first or later
    unreachable,  ///< the transport header is cut off, behind too many extension headers or behind a routing header
    malformed,  ///< IP headers that contradict the frame, or a source no host can have
};

/// Per-packet notes that travel with the burst.
/// Availability: P after parse (of the inner packet, where there is one), L after lookup or classify,
/// O after open, S after seal began.
struct PacketMeta {
    PacketKind kind;             // P
    api::Family family;          // P, none if not IP
    uint8_t protocol;            // P, of the transport header; 0 if none was reached
    uint8_t tcp_flags;           // P, TCP only
    uint8_t traffic_class;       // P, DSCP and ECN
    uint16_t vlan;               // P, outermost VLAN id, 0 untagged
    uint16_t l3_offset;          // P, from the start of the mbuf's data
    uint16_t l4_offset;          // P, transport or ICMP header, with kind transport and icmp_error
    uint16_t quote_l3_offset;    // P, quoted IP header, with kind icmp_error
    uint16_t quote_l4_offset;    // P, quoted transport header, with kind icmp_error
    uint16_t ip_size;            // P, IP packet in bytes as its header says
    FlowKey key;                 // P, with kind transport and icmp_error; zone set by the pipeline
    Flow* flow;                  // L, the flow, on tunnel parts
    bool forward;                // L, the packet has the direction of the flow's opener
    uint16_t peer;               // L, slot the packet is to be sealed for; O, slot it came from
    uint8_t departure;           // S, index into the burst's
    Session* session;            // O
    uint64_t counter;            // O
    uint8_t outer_ecn;           // O
    api::Endpoint outer_source;  // O
    api::IpAddress claim;        // O, origin an Egret header claims; absent: none
    bool header_carry;           // O, an Egret header was there
};

/// Packets of a burst that go the same way, in order of arrival.
struct PacketList {
    uint16_t n = 0;
    std::array<uint8_t, kBurstSize> at;

    void push(uint16_t index) noexcept { at[n++] = static_cast<uint8_t>(index); }

    [[nodiscard]] const uint8_t* begin() const noexcept { return at.data(); }

    [[nodiscard]] const uint8_t* end() const noexcept { return at.data() + n; }
};

/// What a stage decided about one packet: nothing, or why it ends here.
using Fate = std::optional<api::DropReason>;

/// Up to kBurstSize packets on their way through one pipeline.
///
/// Invariants: `packets[i]` and `meta[i]` belong together and never move; each live packet is in exactly one PacketList;
/// a packet that left the burst (transmitted, dropped, staged, consumed) is in none.
struct Burst {
    uint16_t n = 0;
    uint16_t n_departures = 0;
    std::array<rte_mbuf*, kBurstSize> packets;
    std::array<PacketMeta, kBurstSize> meta;
    std::array<Departure, kBurstSize> departures;  ///< [0, n_departures), from seal on

    /// Runs `stage(packet, meta) -> Fate` on each packet of `list` in order and drops those it condemns; the rest stay in
    /// the list. The one place where a packet leaves the middle of the pipeline.
    template <class Stage>
    void keep(PacketList& list, BurstOutput& out, Stage&& stage) {
        uint16_t kept = 0;
        for (uint16_t k = 0; k < list.n; ++k) {
            const uint8_t i = list.at[k];
            if (const Fate fate = stage(packets[i], meta[i])) {
                out.drop(packets[i], *fate);
            } else {
                list.at[kept++] = i;
            }
        }
        list.n = kept;
    }
};

}  // namespace egret
