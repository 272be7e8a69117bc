// SPDX-License-Identifier: Apache-2.0
#include "eal.hpp"

#include "ports/devargs.hpp"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <string_view>
#include <system_error>
#include <vector>

namespace egret {
namespace {

using Arguments = std::vector<std::string>;

/// What the buffers, the flow table and the rest take with room to spare; without huge pages it is only touched where used.
constexpr const char* kMemoryMiB = "512";
constexpr uint64_t kHugePagesNeeded = uint64_t{512} << 20;

/// Bytes in free huge pages of all sizes.
uint64_t free_huge_pages() {
    constexpr std::string_view kFolder = "hugepages-";
    constexpr uint64_t kKiB = 1024;
    uint64_t bytes = 0;
    std::error_code error;
    for (const auto& size :
         std::filesystem::directory_iterator("/sys/kernel/mm/hugepages", error)) {
        const std::string name = size.path().filename();
        uint64_t n_free = 0;
        std::ifstream(size.path() / "free_hugepages") >> n_free;
        if (name.starts_with(kFolder)) {
            bytes += n_free * std::stoull(name.substr(kFolder.size())) * kKiB;
        }
    }
    return bytes;
}

bool has_any(const Arguments& arguments, std::initializer_list<std::string_view> options) {
    return std::ranges::any_of(arguments, [options](std::string_view argument) {
        return std::ranges::any_of(options, [argument](std::string_view option) {
            // A short option may have its value behind it, a long one behind an equals sign.
            const bool is_long = option.starts_with("--");
            return argument == option || (!is_long && argument.starts_with(option)) ||
                   (is_long && argument.starts_with(std::string(option) + "="));
        });
    });
}

bool chooses_memory(const Arguments& given) {
    return has_any(
        given,
        {"--no-huge", "--in-memory", "--huge-dir", "--socket-mem", "--legacy-mem", "-m"}
    );
}

bool chooses_lcores(const Arguments& given) {
    return has_any(given, {"-c", "-l", "--lcores", "-S"});
}

/// "(2,3)": every processor this process may use.
std::string all_processors() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof(allowed), &allowed);
    std::string list;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed)) {
            list += (list.empty() ? "(" : ",") + std::to_string(cpu);
        }
    }
    return list + ")";
}

/// True for 0000:03:00.0 and 03:00.0.
bool is_pci(std::string_view devargs) {
    const std::string_view device = device_of(devargs);
    return device.find(':') != std::string_view::npos &&
           device.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

/// Only the ports' PCI devices are looked at; EAL attaches what it is told of here.
void add_devices(Arguments& arguments, const Options& options) {
    bool any = false;
    for (const PortOption& port : options.ports) {
        if (is_pci(port.devargs)) {
            arguments.insert(arguments.end(), {"-a", port.devargs});
            any = true;
        }
    }
    if (!any) {
        arguments.emplace_back("--no-pci");
    }
}

Arguments eal_arguments(const Options& options, const Eal& eal) {
    Arguments arguments{
        "egret-dataplane",
        "--no-telemetry",
        "--log-level=*:critical",  // the program says what failed, in one line
        "--file-prefix=egret"};
    if (eal.memory_is_ours && eal.huge_pages) {
        arguments.emplace_back("--in-memory");
    } else if (eal.memory_is_ours) {
        // DPDK 22.11 takes --no-huge not together with --in-memory.
        arguments.insert(arguments.end(), {"--no-huge", "--no-shconf", "-m", kMemoryMiB});
    }
    if (!chooses_lcores(options.eal)) {
        const std::string processors = all_processors();
        std::string lcores = "0@" + processors;
        for (unsigned lcore = 1; lcore <= options.workers; ++lcore) {
            lcores += "," + std::to_string(lcore) + "@" + processors;
        }
        arguments.insert(arguments.end(), {"--lcores", lcores});
    }
    if (options.aead.max_simd_bits != AeadWish::kAnySimd) {
        arguments.push_back(
            "--force-max-simd-bitwidth=" + std::to_string(options.aead.max_simd_bits)
        );
    }
    add_devices(arguments, options);
    arguments.insert(arguments.end(), options.eal.begin(), options.eal.end());
    return arguments;
}

}  // namespace

tl::expected<Eal, std::string> start_eal(const Options& options) {
    Eal eal;
    eal.memory_is_ours = !chooses_memory(options.eal);
    eal.huge_pages = eal.memory_is_ours ? free_huge_pages() >= kHugePagesNeeded
                                        : !has_any(options.eal, {"--no-huge"});
    // Where EAL makes its folder: nodes on one host have run directories of their own.
    setenv("RUNTIME_DIRECTORY", options.run_dir.c_str(), 1);
    Arguments arguments = eal_arguments(options, eal);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) < 0) {
        return tl::unexpected(
            std::string("DPDK could not be started: ") + rte_strerror(rte_errno) +
            "; add -- --log-level=*:info to see why"
        );
    }
    constexpr unsigned kBeforeAll = LCORE_ID_ANY;
    for (unsigned lcore = rte_get_next_lcore(kBeforeAll, 1, 0); lcore < RTE_MAX_LCORE;
         lcore = rte_get_next_lcore(lcore, 1, 0)) {
        eal.worker_lcores.push_back(lcore);
    }
    if (eal.worker_lcores.empty() || eal.worker_lcores.size() > kMaxWorkers) {
        return tl::unexpected(
            "a node needs two lcores, and takes " + std::to_string(kMaxWorkers + 1) +
            " at most: name them by -- -l A,B"
        );
    }
    return eal;
}

}  // namespace egret
