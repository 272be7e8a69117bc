// SPDX-License-Identifier: Apache-2.0
// Whole packets into both nodes from both sides. The first byte says where the rest goes; what an attacker with a stolen
// key can write is sealed first, so that it gets as far as an authentic packet does.
#include "dissect.hpp"
#include "far_end.hpp"
#include "lab_input.hpp"
#include "packet_pools.hpp"
#include "scenario.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

using egret::api::contains;
using egret::api::parse_prefix;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

enum class Way : uint8_t {
    branch_inside,
    branch_outside,
    branch_sealed,
    edge_outside,
    edge_sealed,
    edge_inside,
};
constexpr unsigned kWays = 6;

/// Inputs before both nodes are made anew, so that their tables do not stay full.
constexpr unsigned kInputsPerLab = 256;
constexpr size_t kMaxFrame = 1900;

/// One of its rules refuses IPv6.
egret::api::Tables pinned_tables() {
    egret::api::Tables tables = branch_tables();
    tables.rules[kRelaxedRule].family = egret::api::Family::ipv4;
    return tables;
}

/// A branch for what its LAN sends, one with a few living flows for what comes out of its tunnel, and an edge.
struct Lab {
    NodeHarness sender{pinned_tables()};
    FarEnd senders_edge{sender, {.node_initiated = true}};
    NodeHarness receiver{branch_tables()};
    FarEnd receivers_edge{receiver, {.node_initiated = true}};
    NodeHarness edge{edge_tables()};
    FarEnd branch{edge, {}};

    Lab() {
        const PacketBuilder lan = PacketBuilder().ethernet(kClientMac, kGatewayMac);
        const Bytes flows[] = {
            PacketBuilder(lan).ipv4(kClient.ipv4, kService.ipv4).tcp(40000, 443).bytes(),
            PacketBuilder(lan).ipv4(kClient.ipv4, kService.ipv4).udp(40000, 443).bytes(),
            PacketBuilder(lan).ipv6(kClient.ipv6, kService.ipv6).tcp(40000, 443).bytes(),
        };
        for (const Bytes& frame : flows) {
            receiver.process(Side::inside, frame);
        }
    }
};

bool lies_in(const std::string& text, std::string_view prefix) {
    return contains(parse_prefix(prefix).value(), address(text));
}

/// What leaves a branch outside and is no datagram of its tunnel is what came in, and nothing any rule tunnels.
void check_clear(const NodeOutput& output, const Bytes& input) {
    for (const Bytes& frame : output.outside) {
        const auto found = dissect(frame);
        if (found && found->destination == kEdgeOutside.ipv4 && frame != input) {
            continue;
        }
        require(frame == input);
        const bool has_ports =
            found && (found->protocol == kTcpProtocol || found->protocol == kUdpProtocol);
        require(
            !has_ports || !(lies_in(found->destination, "192.0.2.0/24") ||
                            lies_in(found->destination, "2001:db8:5e::/48") ||
                            lies_in(found->destination, "2001:db8:5e4::/48"))
        );
    }
}

/// Errors and resets about what came in are whole, and go back to its sender.
void check_told(const NodeOutput& output, const Bytes& input) {
    for (const Bytes& frame : output.inside) {
        const auto found = dissect(frame);
        require(found && found->ip_checksum_right && found->transport_checksum_right);
        require(std::equal(frame.begin(), frame.begin() + 6, input.begin() + 6));
    }
}

/// Only the clients of living flows are reached from the tunnel, from the services they spoke to or by errors.
void check_lan(const NodeOutput& output) {
    for (const Bytes& frame : output.inside) {
        const auto found = dissect(frame);
        require(!found || found->destination == kClient.ipv4 || found->destination == kClient.ipv6);
    }
}

/// No source is presented that this peer was not entitled to.
void check_presented(const NodeOutput& output) {
    for (const Bytes& frame : output.inside) {
        const auto found = dissect(frame);
        require(
            !found || found->source == kOrigin.ipv4 || found->source == kPool.ipv4 ||
            found->source == kPool.ipv6 || lies_in(found->source, "2001:db8:42::/48")
        );
    }
}

void run(Lab& lab, Way way, const Bytes& input) {
    switch (way) {
        case Way::branch_inside: {
            const NodeOutput output = lab.sender.process(Side::inside, input);
            check_clear(output, input);
            check_told(output, input);
            break;
        }
        case Way::branch_outside:
            require(lab.receiver.process(Side::outside, input).outside.empty());
            break;
        case Way::branch_sealed:
            check_lan(lab.receivers_edge.send(input));
            break;
        case Way::edge_outside:
            check_presented(lab.edge.process(Side::outside, input));
            break;
        case Way::edge_sealed:
            check_presented(lab.branch.send(input));
            break;
        case Way::edge_inside:
            require(lab.edge.process(Side::inside, input).inside.size() <= 1);
            break;
    }
    for (NodeHarness* node : {&lab.sender, &lab.receiver, &lab.edge}) {
        require(node->is_conserved());
        node->punts();
        node->events();
        node->now_ns += 1'000'000;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    run_in_lab<Lab>(
        data,
        size,
        kWays,
        kMaxFrame,
        kInputsPerLab,
        [](Lab& lab, unsigned way, const Bytes& frame) {
            run(lab, static_cast<Way>(way), frame);
            require(n_packets_out() == 0);
        }
    );
    return 0;
}
