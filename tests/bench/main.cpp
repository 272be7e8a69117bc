// SPDX-License-Identifier: Apache-2.0
// egret-bench: cycles per packet of the shipped pipeline. README.md beside this file says what is measured and how.
#include "cases.hpp"
#include "control/apps/egret/eal.hpp"

#include <rte_mbuf.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <memory>
#include <sched.h>

namespace egret::bench {
namespace {

constexpr unsigned kBuffers = 2047;
constexpr unsigned kBufferCache =
    512;  // a group fits, so that buffers are reused while they are warm

using Case = Result (*)(Bench&);

struct FreePool {
    void operator()(rte_mempool* pool) const noexcept { rte_mempool_free(pool); }
};

/// In the order they run.
struct NamedCase {
    std::string_view name;
    Case run;
};

constexpr NamedCase kCases[] = {
    {"aead", run_aead},
    {"outbound", run_ways},
    {"inbound", run_ways},
    {"stages", run_stages},
    {"classify", run_classify},
    {"handshake", run_handshake},
    {"push", run_push},
};

/// The last processor this process may use: the first ones serve most interrupts.
unsigned last_processor() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof(allowed), &allowed);
    unsigned last = CPU_SETSIZE - 1;
    while (last > 0 && !CPU_ISSET(last, &allowed)) {
        --last;
    }
    return last;
}

/// Keeps this thread on one processor. Not before EAL is up: its start waits for a thread of its own, which would wait for
/// this one where the processor is shared under a real-time policy.
Result stay_on(unsigned processor) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    if (sched_setaffinity(0, sizeof(one), &one) != 0) {
        return tl::unexpected(fmt::format("processor {} cannot be used", processor));
    }
    return {};
}

std::vector<crypto::Suite> usable_suites() {
    std::vector<crypto::Suite> suites;
    for (const crypto::Suite suite : {crypto::Suite::wireguard, crypto::Suite::aes256gcm}) {
        if (crypto::sodium_backend(suite).available()) {
            suites.push_back(suite);
        } else {
            fmt::print(stderr, "SKIP {}: this processor cannot do it\n", name_of(suite));
        }
    }
    return suites;
}

Result run_cases(Bench& bench) {
    Case previous = nullptr;
    for (const NamedCase& named : kCases) {
        // Both directions are measured in one go.
        if (!bench.wants(named.name) || named.run == previous) {
            continue;
        }
        previous = named.run;
        if (auto done = named.run(bench); !done) {
            return done;
        }
    }
    return {};
}

Result run(const Options& options) {
    const unsigned processor = options.cpu.value_or(last_processor());
    if (auto started = control::start_eal().and_then([&] { return stay_on(processor); });
        !started) {
        return started;
    }
    const std::unique_ptr<rte_mempool, FreePool> pool(rte_pktmbuf_pool_create(
        "bench",
        kBuffers,
        kBufferCache,
        0,
        RTE_MBUF_DEFAULT_BUF_SIZE,
        SOCKET_ID_ANY
    ));
    if (pool == nullptr) {
        return tl::unexpected<std::string>("no memory for packet buffers");
    }
    Report report(options.json);
    Bench bench{options, report, pool.get(), usable_suites()};
    auto done = run_cases(bench);
    report.finish();
    return done;
}

void add_options(CLI::App& app, Options& options) {
    std::vector<std::string> names;
    for (const NamedCase& named : kCases) {
        names.emplace_back(named.name);
    }
    app.add_option("CASE", options.cases, "What to measure; without any, everything")
        ->check(CLI::IsMember(names));
    app.add_flag("--json", options.json, "One JSON object per line and measurement");
    app.add_option("--cpu", options.cpu, "Processor to stay on; the last one if not given")
        ->check(CLI::Range(0U, CPU_SETSIZE - 1U));
    app.add_option("--laps", options.laps, "Laps of 256 packets the median is taken of")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
    app.add_option("--flows", options.flows, "Living flows")
        ->check(CLI::Range(1U, 100'000U))
        ->capture_default_str();
    app.add_option("--sizes", options.sizes, "Payloads of the data messages, bytes, with commas")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(64U, 1420U))
        ->capture_default_str();
    app.add_option(
           "--prefixes",
           options.prefixes,
           "Lengths of the lists of case classify, with commas"
    )
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
    app.add_option("--pushed", options.pushed_prefixes, "Length of the list of case push")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
}

}  // namespace

bool Bench::wants(std::string_view name) const {
    return options.cases.empty() ||
           std::find(options.cases.begin(), options.cases.end(), name) != options.cases.end();
}

}  // namespace egret::bench

int main(int argc, char** argv) {
    CLI::App app("Cycles per packet of Egret's packet path, on one core", "egret-bench");
    egret::bench::Options options;
    egret::bench::add_options(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (const auto done = egret::bench::run(options); !done) {
        std::cerr << "egret-bench: " << done.error() << '\n';
        return 1;
    }
    return 0;
}
