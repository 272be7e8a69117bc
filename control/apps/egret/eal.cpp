// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/eal.hpp"

#include <rte_eal.h>
#include <rte_errno.h>

#include <sched.h>
#include <string>
#include <vector>

namespace egret::control {
namespace {

/// "0@(2,3)": one lcore, allowed on every processor this process may use.
std::string lcore_on_all_processors() {
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

}  // namespace

tl::expected<void, std::string> start_eal(uint16_t max_simd_bits) {
    // DPDK 22.11 takes --no-huge together with neither --in-memory nor, unprivileged, a shared configuration.
    std::vector<std::string> arguments{
        "egret",
        "--no-huge",
        "--no-shconf",
        "--no-pci",
        "--no-telemetry",
        "-m",
        "256",
        "--log-level=*:error",
        "--lcores",
        lcore_on_all_processors(),
    };
    if (max_simd_bits != AeadWish::kAnySimd) {
        arguments.push_back("--force-max-simd-bitwidth=" + std::to_string(max_simd_bits));
    }
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) < 0) {
        return tl::unexpected(std::string("DPDK could not be started: ") + rte_strerror(rte_errno));
    }
    return {};
}

}  // namespace egret::control
