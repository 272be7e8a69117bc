// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"
#include "two_workers.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <CppUTest/TestHarness.h>

using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// An edge with two workers.
TEST_GROUP(HandoverAtAnEdge)
{
    NodeHarness edge{edge_tables(), {.workers = kWorkers}};
    FarEnd branch{edge, {}};

    static Bytes from(std::string_view client, uint16_t port) {
        const Bytes packet = PacketBuilder().ipv4(client, kService.ipv4).udp(port, 53).bytes();
        return with_claim(kOrigin.ipv4, packet);
    }

    uint16_t presented_port(std::string_view client, uint16_t port) {
        return read_frame(only(branch.send(from(client, port)).inside)).source_port;
    }
};

TEST(HandoverAtAnEdge, APortIsKeptWhereItIsFreeWhicheverWorkerItNames) {
    for (const uint8_t worker : kBoth) {
        const uint16_t port = port_of(worker);
        UNSIGNED_LONGS_EQUAL(port, presented_port("10.42.0.5", port));
        UNSIGNED_LONGS_EQUAL(1, edge.node().flows(worker));
    }
}

TEST(HandoverAtAnEdge, APortThatIsTakenIsReplacedByOneThatNamesTheSameWorker) {
    for (const uint8_t worker : kBoth) {
        const uint16_t port = port_of(worker);
        presented_port("10.42.0.5", port);
        for (unsigned client = 10; client < 30; ++client) {
            const uint16_t other = presented_port("10.42.0." + std::to_string(client), port);
            CHECK_TRUE(other != port);
            UNSIGNED_LONGS_EQUAL(worker, egret::worker_of_port(other, kWorkers));
        }
    }
}

TEST(HandoverAtAnEdge, AnswersFindTheirFlowWhoeverReceivesThem) {
    for (const uint8_t worker : kBoth) {
        const FlowPacket packet = packet_of(worker);
        const Bytes sent = with_claim(kOrigin.ipv4, client_packet(packet));
        UNSIGNED_LONGS_EQUAL(1, branch.send(sent).inside.size());
        for (const uint8_t receiver : kBoth) {
            edge.receiver = receiver;
            const Bytes frame = only(edge.process(Side::inside, service_frame(packet)).outside);
            CHECK_TRUE(branch.open_frame(frame).has_value());
        }
    }
}

// Clients take ports one after the other, or every second one.
TEST(HandoverAtAnEdge, PortsAreSharedOutEvenly) {
    for (const uint8_t n_workers : std::array<uint8_t, 4>{2, 3, 4, 16}) {
        for (const unsigned step : {1U, 2U, 4U, 7U}) {
            std::array<unsigned, 16> owned{};
            for (unsigned i = 0; i < 4096; ++i) {
                const auto port = static_cast<uint16_t>(32'768 + i * step);
                ++owned.at(egret::worker_of_port(port, n_workers));
            }
            const auto last = owned.begin() + n_workers;
            CHECK_TRUE(*std::min_element(owned.begin(), last) >= 4096U / n_workers * 4 / 5);
            CHECK_TRUE(*std::max_element(owned.begin(), last) <= 4096U / n_workers * 6 / 5 + 1);
        }
    }
}
