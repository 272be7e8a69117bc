// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "far_end.hpp"
#include "neighbour_frames.hpp"
#include "node_harness.hpp"
#include "scenario.hpp"

#include <egret/api/records.hpp>
#include <egret/crypto/limits.hpp>

#include <vector>

namespace egret::test {

/// An edge that presents packets to a service on its inside network, whose MAC address it has to find out.
class PresentingEdge {
  public:
    static constexpr Dual kOwn{"192.0.2.1", "2001:db8:5e::1"};
    static constexpr uint64_t kRound =
        crypto::kSecond / 10;  ///< in which every neighbour is looked at

    PresentingEdge();

    /// A packet of a new flow to the service, out of the tunnel.
    NodeOutput present();

    /// The service's answer to the edge's question; `from` is the frame's source, by default `mac`.
    NodeOutput hear_answer(const Mac& mac, const Mac& from = {});

    /// Somebody says to everybody that the service is at `mac`.
    NodeOutput hear_announcement(const Mac& mac);

    /// What the edge asks by itself meanwhile.
    std::vector<Heard> wait(uint64_t ns);

    /// The service becomes known, at kServiceMac.
    void find_service();

    /// True if the next packet goes to `mac` at once.
    bool sends_to(const Mac& mac);

    [[nodiscard]] std::vector<api::NeighbourRecord> known();

    NodeHarness node{
        edge_tables(),
        {.flow_capacity = 8192, .workers = 1, .static_next_hops = false}};
    FarEnd branch{node, {}};
    api::Family family = api::Family::ipv4;
    Dual service = kService;
    uint16_t port = 1000;  ///< of the client, one above for each packet
};

}  // namespace egret::test
