// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "circuit.hpp"
#include "setting.hpp"
#include "stage_node.hpp"

#include <fmt/format.h>

namespace egret::bench {
namespace {

constexpr size_t kClassify = 1;  // its place among the stages of Way::branch_outbound
constexpr uint32_t kSize = 64;   // what a flow miss costs does not depend on the payload

/// Two nodes taken apart, whose flows are forgotten when each had a packet: every packet outwards is the first of its flow.
Result measure(Bench& bench, uint32_t n_prefixes) {
    const Setting setting{.backend = bench.chosen[0].backend, .n_prefixes = n_prefixes};
    auto nodes = StagePair::create(bench.pool, setting);
    if (!nodes) {
        return tl::unexpected(nodes.error());
    }
    const auto process = [&](Way way, auto packets, uint64_t now_ns, BurstOutput& out) {
        nodes->node(way).process(way, packets, now_ns, out);
    };
    // Whole laps, so that no flow has two packets before its turn is over.
    const uint32_t flows = (bench.options.flows.front() + kGroup - 1) / kGroup * kGroup;
    Circuit circuit(bench.pool, {flows, Payload(kSize), n_prefixes});
    Samples samples;
    const uint32_t warm_up = bench.options.warm_up(circuit.laps_per_turn());
    for (uint32_t i = 0; i < warm_up + bench.options.laps; ++i) {
        if (i % circuit.laps_per_turn() == 0) {
            nodes->node(Way::branch_outbound).forget_flows();
            nodes->node(Way::edge_inbound).forget_flows();
            circuit.renew_flows();
        }
        if (auto done = circuit.lap(process); !done) {
            return done;
        }
        const auto cycles = nodes->node(Way::branch_outbound).take_cycles(Way::branch_outbound);
        if (i >= warm_up) {
            samples.add(static_cast<double>(cycles[kClassify]) / kGroup);
        }
    }
    bench.report.add({
        .name = "classify",
        .suite = {},
        .backend = {},
        .size = n_prefixes,
        .flows = flows,
        .outer = {},
        .cycles = samples.median(),
        .least = samples.least(),
        .raw_aead = {},
    });
    return {};
}

}  // namespace

Result run_classify(Bench& bench) {
    for (const uint32_t n_prefixes : bench.options.prefixes) {
        bench.report.progress(fmt::format("classify: {} prefixes", n_prefixes));
        if (auto done = measure(bench, n_prefixes); !done) {
            return done;
        }
    }
    return {};
}

}  // namespace egret::bench
