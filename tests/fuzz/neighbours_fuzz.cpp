// SPDX-License-Identifier: Apache-2.0
// What other hosts on the wire can say to a node that asks them: ARP, neighbour discovery and echo into the inside of an edge
// and the outside of a branch. The first byte says where the rest goes; ICMPv6 checksums are put right, or nothing would be
// read any further. Whatever comes in, only the node's own addresses are told, and nothing is kept without end.
#include "dissect.hpp"
#include "far_end.hpp"
#include "lab_input.hpp"
#include "packet_pools.hpp"
#include "scenario.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

using egret::api::NeighbourRecord;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

enum class Way : uint8_t { edge_inside, branch_outside, edge_sealed, later };
constexpr unsigned kWays = 4;

constexpr unsigned kInputsPerLab = 256;
constexpr size_t kMaxFrame = 1900;
constexpr size_t kMostWaiting = 256 + 128;  // for neighbours, and for one peer's next hop

egret::api::Tables with_gateways(egret::api::Tables tables) {
    for (egret::api::Port& port : tables.ports) {
        const bool inside = port.side == Side::inside;
        port.gateway_ipv4 = address(inside ? "192.0.2.254" : "203.0.113.1");
        port.gateway_ipv6 = address("fe80::1");
    }
    return tables;
}

struct Lab {
    NodeHarness edge{with_gateways(edge_tables()), {.static_next_hops = false}};
    FarEnd branch{edge, {}};
    NodeHarness node{with_gateways(branch_tables()), {.static_next_hops = false}};
    FarEnd far{node, {.node_initiated = true}};

    Lab() {
        branch.send(Bytes{});
        node.flush_staged(kSlot);  // asks for its gateway
    }
};

/// ICMPv6 without extension headers, with the checksum that is right for it.
Bytes with_checksum(Bytes frame) {
    constexpr size_t kIp = 14;
    constexpr size_t kIcmp = kIp + 40;
    if (frame.size() < kIcmp + 4 || load16(frame, 12) != 0x86dd ||
        frame[kIp + 6] != kIcmpv6Protocol) {
        return frame;
    }
    const size_t size = std::min<size_t>(load16(frame, kIp + 4), frame.size() - kIcmp);
    if (size < 4) {
        return frame;
    }
    store16(frame, kIcmp + 2, 0);
    uint64_t sum = size + kIcmpv6Protocol;
    for (size_t at = kIp + 8; at < kIcmp; at += 2) {
        sum += load16(frame, at);
    }
    store16(frame, kIcmp + 2, internet_checksum(frame, kIcmp, kIcmp + size, sum));
    return frame;
}

/// A node speaks of itself only: every ARP packet it sends has its own MAC address and one of its own addresses as sender.
void check_arp(const std::vector<Bytes>& frames, const Mac& own_mac, std::string_view own) {
    for (const Bytes& frame : frames) {
        require(frame.size() >= 14);
        if (load16(frame, 12) != 0x0806 ||
            !std::equal(own_mac.begin(), own_mac.end(), frame.begin() + 6)) {
            continue;
        }
        require(frame.size() == 42);
        require(std::equal(own_mac.begin(), own_mac.end(), frame.begin() + 22));
        const Bytes address = address_bytes(own);
        require(std::equal(address.begin(), address.end(), frame.begin() + 28));
    }
}

void run(Lab& lab, Way way, const Bytes& input) {
    NodeOutput edge;
    NodeOutput branch;
    switch (way) {
        case Way::edge_inside:
            edge = lab.edge.process(Side::inside, with_checksum(input));
            break;
        case Way::branch_outside:
            branch = lab.node.process(Side::outside, with_checksum(input));
            break;
        case Way::edge_sealed:
            edge = lab.branch.send(input);
            break;
        case Way::later:
            for (NodeHarness* node : {&lab.edge, &lab.node}) {
                node->now_ns += input.empty() ? 1 : input[0] * uint64_t{300'000'000};
            }
            edge = lab.edge.poll();
            branch = lab.node.poll();
            break;
    }
    check_arp(edge.inside, kEdgeInsideMac, "192.0.2.1");
    check_arp(branch.outside, kBranchMac, kBranchOutside.ipv4);
    uint64_t waiting = 0;
    for (NodeHarness* node : {&lab.edge, &lab.node}) {
        require(node->is_conserved());
        require(node->node().packets_staged() <= kMostWaiting);
        waiting += node->node().packets_staged();
        std::vector<NeighbourRecord> known;
        node->node().list_neighbours(known);
        for (const NeighbourRecord& neighbour : known) {
            require(!neighbour.resolved || (neighbour.mac[0] & 1) == 0);
        }
        node->punts();
        node->events();
    }
    require(n_packets_out() == waiting);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    run_in_lab<Lab>(
        data,
        size,
        kWays,
        kMaxFrame,
        kInputsPerLab,
        [](Lab& lab, unsigned way, const Bytes& frame) { run(lab, static_cast<Way>(way), frame); }
    );
    return 0;
}
