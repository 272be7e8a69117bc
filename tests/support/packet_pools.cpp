// SPDX-License-Identifier: Apache-2.0
#include "packet_pools.hpp"

#include <egret/packet_pool.hpp>

#include <rte_eal.h>
#include <rte_errno.h>

#include <cstdio>
#include <cstdlib>
#include <sched.h>
#include <string>
#include <vector>

namespace egret::test {
namespace {

constexpr unsigned kBuffers = 2047;

rte_mempool* frames = nullptr;
rte_mempool* made = nullptr;

/// "0@(2,3)": one lcore, allowed wherever this process may run.
std::string lcore_anywhere() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof(allowed), &allowed);
    std::string list;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed)) {
            list += (list.empty() ? "" : ",") + std::to_string(cpu);
        }
    }
    return "0@(" + list + ")";
}

void start_eal() {
    std::string lcores = lcore_anywhere();
    std::vector<std::string> arguments{
        "test",
        "--no-huge",
        "--no-shconf",
        "--no-pci",
        "--no-telemetry",
        "-m",
        "64",
        "--log-level=*:error",
        "--lcores",
        lcores,
    };
    // As the programs do: the suite can be run with SIMD capped.
    if (const char* bits = std::getenv("EGRET_MAX_SIMD"); bits != nullptr) {
        arguments.push_back(std::string("--force-max-simd-bitwidth=") + bits);
    }
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) < 0) {
        std::fprintf(stderr, "DPDK could not be started: %s\n", rte_strerror(rte_errno));
        std::exit(1);
    }
}

rte_mempool* make_pool(const char* name) {
    rte_mempool* pool = make_packet_pool(name, kBuffers, 0);
    if (pool == nullptr) {
        std::fprintf(stderr, "no memory for packet buffers\n");
        std::exit(1);
    }
    return pool;
}

}  // namespace

void start_packets() {
    start_eal();
    frames = make_pool("frames");
    made = make_pool("made");
}

rte_mempool* frame_pool() {
    return frames;
}

rte_mempool* made_pool() {
    return made;
}

unsigned n_packets_out() {
    return rte_mempool_in_use_count(frames) + rte_mempool_in_use_count(made);
}

rte_mbuf* to_mbuf(const Bytes& frame) {
    return to_mbuf(frame, RTE_PKTMBUF_HEADROOM);
}

rte_mbuf* to_mbuf(const Bytes& frame, uint16_t headroom) {
    rte_mbuf* packet = rte_pktmbuf_alloc(frames);
    if (packet == nullptr) {
        std::abort();
    }
    packet->data_off = headroom;
    char* data = rte_pktmbuf_append(packet, static_cast<uint16_t>(frame.size()));
    if (data == nullptr) {
        std::abort();
    }
    std::copy(frame.begin(), frame.end(), reinterpret_cast<uint8_t*>(data));
    return packet;
}

Bytes to_bytes(const rte_mbuf* packet) {
    const uint8_t* data = rte_pktmbuf_mtod(packet, const uint8_t*);
    return {data, data + rte_pktmbuf_data_len(packet)};
}

}  // namespace egret::test
