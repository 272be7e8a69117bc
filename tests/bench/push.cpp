// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "circuit.hpp"
#include "cycles.hpp"
#include "node_pair.hpp"

#include <algorithm>

namespace egret::bench {
namespace {

constexpr uint32_t kMostPushes = 10;
constexpr uint32_t kSize = 64;

/// Reads, checks and compiles the file, publishes the tables and runs one burst under them: the cycles until then.
tl::expected<uint64_t, std::string>
push(Node& branch, const std::filesystem::path& toml, uint64_t now_ns) {
    BurstOutput out;
    Stopwatch watch;
    watch.start();
    auto tables = compile(toml);
    if (!tables) {
        return tl::unexpected(tables.error());
    }
    if (!branch.publish(std::move(*tables))) {
        return tl::unexpected<std::string>("push: refused, older generations are still in use");
    }
    branch.process_burst(api::Side::inside, {}, now_ns, out);
    return watch.lap();
}

}  // namespace

Result run_push(Bench& bench) {
    const Setting setting{
        .backend = bench.chosen[0].backend,
        .n_prefixes = bench.options.pushed_prefixes};
    auto nodes = NodePair::create(bench.pool, setting);
    if (!nodes) {
        return tl::unexpected(nodes.error());
    }
    const auto process = [&](Way way, auto packets, uint64_t now_ns, BurstOutput& out) {
        nodes->node(way).process_burst(side_of(way), packets, now_ns, out);
        nodes->poll(way, now_ns);
        nodes->drain(way);
    };
    Circuit circuit(bench.pool, {bench.options.flows.front(), Payload(kSize), setting.n_prefixes});
    const Folder folder;
    const auto toml = folder.write(api::Role::branch, setting);
    Samples samples;
    const uint32_t pushes = std::min(bench.options.laps, kMostPushes);
    for (uint32_t i = 0; i < pushes; ++i) {
        bench.report.progress("push");
        auto cycles = circuit.lap(process).and_then([&] {
            return push(nodes->node(Way::branch_outbound), toml, circuit.now_ns());
        });
        if (!cycles) {
            return tl::unexpected(cycles.error());
        }
        samples.add(static_cast<double>(*cycles));
    }
    // No packet of the traffic around the pushes may have got lost, nor may one after the last.
    if (auto carried = circuit.lap(process); !carried) {
        return carried;
    }
    bench.report.add({
        .name = "push",
        .suite = {},
        .backend = {},
        .size = setting.n_prefixes,
        .flows = {},
        .outer = {},
        .cycles = samples.median(),
        .least = samples.least(),
        .raw_aead = {},
    });
    return {};
}

}  // namespace egret::bench
