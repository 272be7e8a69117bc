// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <atomic>
#include <thread>

#include <CppUTest/TestHarness.h>

using egret::api::Event;
using egret::api::Punt;
using egret::api::Side;
using egret::api::Tables;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// What another thread may call while a node works (node.hpp): publish, reclaim, next_event, next_punt.
TEST_GROUP(NodeThreads)
{void setup() override{MemoryLeakWarningPlugin::turnOnThreadSafeNewDeleteOverloads();
}

void teardown() override {
    MemoryLeakWarningPlugin::turnOnDefaultNotThreadSafeNewDeleteOverloads();
}
}
;

TEST(NodeThreads, GenerationsComeAndGoUnderTraffic) {
    constexpr uint64_t kGenerations = 100;
    NodeHarness branch(branch_tables());
    const FarEnd edge(branch, {.node_initiated = true});
    std::atomic<uint64_t> published{1};
    std::atomic<uint64_t> n_events{0};
    std::thread control([&] {
        Tables tables = branch_tables();
        for (tables.generation = 2; tables.generation <= kGenerations;) {
            if (branch.node().publish(tables)) {
                published = tables.generation++;
            }
            branch.node().reclaim();
            for (Event event; branch.node().next_event(event);) {
                ++n_events;
            }
            for (Punt punt; branch.node().next_punt(punt);) {
            }
        }
    });
    // Few enough flows for the table, most of them found again.
    for (uint16_t port = 0; published < kGenerations; ++port) {
        const FlowPacket packet{
            .protocol = kUdpProtocol,
            .client_port = static_cast<uint16_t>(port % 500)};
        UNSIGNED_LONGS_EQUAL(1, branch.process(Side::inside, client_frame(packet)).outside.size());
        branch.poll();
    }
    control.join();
    CHECK_TRUE(n_events > 0);
}
