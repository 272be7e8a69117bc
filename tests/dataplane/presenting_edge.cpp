// SPDX-License-Identifier: Apache-2.0
#include "presenting_edge.hpp"

#include "packets.hpp"

#include <algorithm>

#include <CppUTest/TestHarness.h>

namespace egret::test {

using api::Family;
using api::NeighbourRecord;
using api::Side;

PresentingEdge::PresentingEdge() {
    branch.send(Bytes{});  // confirms the session
}

NodeOutput PresentingEdge::present() {
    const FlowPacket packet{
        .server = service,
        .family = family,
        .protocol = kUdpProtocol,
        .client_port = ++port};
    return branch.send(with_claim(kOrigin.of(family), client_packet(packet)));
}

NodeOutput PresentingEdge::hear_answer(const Mac& mac, const Mac& from) {
    return node.process(
        Side::inside,
        answer(
            {.sender = service.of(family),
             .sender_mac = mac,
             .to_mac = kEdgeInsideMac,
             .from_mac = from,
             .to = kOwn.of(family)}
        )
    );
}

NodeOutput PresentingEdge::hear_announcement(const Mac& mac) {
    const auto address = service.of(family);
    return node.process(
        Side::inside,
        family == Family::ipv4 ? question({.sender = address, .sender_mac = mac, .target = address})
                               : answer({.sender = address, .sender_mac = mac})
    );
}

std::vector<Heard> PresentingEdge::wait(uint64_t ns) {
    std::vector<Heard> asked;
    for (uint64_t waited = 0; waited < ns; waited += kRound) {
        node.now_ns += std::min(kRound, ns - waited);
        for (const Bytes& frame : node.poll().inside) {
            const auto heard = hear(frame);
            CHECK_TRUE(heard.has_value() && heard->asks);
            asked.push_back(*heard);
        }
    }
    return asked;
}

void PresentingEdge::find_service() {
    present();
    UNSIGNED_LONGS_EQUAL(1, hear_answer(kServiceMac).inside.size());
    CHECK_TRUE(sends_to(kServiceMac));
}

bool PresentingEdge::sends_to(const Mac& mac) {
    const Bytes frame = only(present().inside);
    return std::equal(mac.begin(), mac.end(), frame.begin());
}

std::vector<NeighbourRecord> PresentingEdge::known() {
    std::vector<NeighbourRecord> records;
    node.node().list_neighbours(records);
    return records;
}

}  // namespace egret::test
