// SPDX-License-Identifier: Apache-2.0
// process_burst inside a host's own poll loop: two ports, one thread, and Egret between them. The ports are DPDK's net_null
// devices, which give empty frames without end and swallow what they are sent; a router would put its real ones here.
#include <egret/node.hpp>
#include <egret/packet_pool.hpp>

#include <rte_eal.h>
#include <rte_ethdev.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

using namespace egret;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint16_t kInsidePort = 0;
constexpr uint16_t kOutsidePort = 1;
constexpr uint16_t kDescriptors = 256;
constexpr unsigned kBuffers = 1023;
constexpr int kRounds = 1000;

uint64_t now_ns() {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::nanoseconds(since_start).count());
}

/// The smallest configuration: two ports and no rule, so everything passes. Control compiles real ones from TOML.
api::Tables tables() {
    api::Tables tables;
    tables.generation = 1;
    tables.prefixes = {api::parse_prefix("203.0.113.7/24").value()};
    tables.ports.resize(2);
    tables.ports[1].side = api::Side::outside;
    tables.ports[1].addresses = {0, 1};
    tables.sets.resize(1);
    return tables;
}

bool start_eal() {
    std::array<std::string, 9> arguments{
        "poll_loop",
        "--no-huge",
        "--no-shconf",
        "--no-pci",
        "--no-telemetry",
        "-m64",
        "--log-level=*:error",
        "--vdev=net_null0",
        "--vdev=net_null1,no-rx=1",
    };
    std::array<char*, arguments.size()> pointers{};
    for (size_t i = 0; i < arguments.size(); ++i) {
        pointers[i] = arguments[i].data();
    }
    return rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) >= 0;
}

bool start_port(uint16_t port, rte_mempool* pool) {
    constexpr auto kAnySocket = static_cast<unsigned>(SOCKET_ID_ANY);
    const rte_eth_conf configuration{};
    return rte_eth_dev_configure(port, 1, 1, &configuration) == 0 &&
           rte_eth_rx_queue_setup(port, 0, kDescriptors, kAnySocket, nullptr, pool) == 0 &&
           rte_eth_tx_queue_setup(port, 0, kDescriptors, kAnySocket, nullptr) == 0 &&
           rte_eth_dev_start(port) == 0;
}

/// Sends what the node gave back and frees what it dropped. The driver owns what it took.
void send(BurstOutput& out) {
    for (const BurstOutput::Transmit& transmit : out.transmits()) {
        rte_mbuf* packet = transmit.packet;
        const uint16_t port = transmit.side == api::Side::inside ? kInsidePort : kOutsidePort;
        if (rte_eth_tx_burst(port, 0, &packet, 1) == 0) {
            rte_pktmbuf_free(packet);
        }
    }
    out.free_dropped();
    out.clear();
}

/// One turn of the host's loop. Between turns control would take punts and events and install sessions.
void turn(Node& node, BurstOutput& out) {
    std::array<rte_mbuf*, kBurstSize> packets{};
    for (const uint16_t port : {kInsidePort, kOutsidePort}) {
        const uint16_t n = rte_eth_rx_burst(port, 0, packets.data(), kBurstSize);
        const api::Side side = port == kInsidePort ? api::Side::inside : api::Side::outside;
        node.process_burst(side, {packets.data(), n}, now_ns(), out);
        send(out);
    }
    node.poll(now_ns(), out);
    send(out);
    for (api::Event event; node.next_event(event);) {
        std::printf("flow %llu\n", static_cast<unsigned long long>(event.flow));
    }
}

int fail(const char* what) {
    std::fprintf(stderr, "poll_loop: %s\n", what);
    return 1;
}

}  // namespace

int main() {
    if (!start_eal()) {
        return fail("DPDK could not be started");
    }
    rte_mempool* pool = make_packet_pool("frames", kBuffers, 0);
    if (pool == nullptr || !start_port(kInsidePort, pool) || !start_port(kOutsidePort, pool)) {
        return fail("no ports");
    }
    NodeOptions options;
    options.pool = pool;
    options.flow_capacity = 1024;
    auto node = Node::create(options);
    if (!node || !(*node)->publish(tables())) {
        return fail("no node");
    }
    BurstOutput out;
    for (int round = 0; round < kRounds; ++round) {
        turn(**node, out);
    }
    const api::Counters& counters = (*node)->counters();
    std::printf(
        "%llu frames in, %llu out untouched\n",
        static_cast<unsigned long long>(counters.received),
        static_cast<unsigned long long>(counters.bridged)
    );
    const bool all_passed = counters.received > 0 && counters.bridged == counters.received;
    return all_passed ? 0 : fail("frames were lost");
}
