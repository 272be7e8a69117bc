// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "circuit.hpp"
#include "conditions.hpp"
#include "raw_aead.hpp"
#include "setting.hpp"
#include "stage_node.hpp"

#include <fmt/format.h>
#include <numeric>
#include <optional>

namespace egret::bench {
namespace {

/// Samples of every stage of every way, and of each way's sum.
struct StageSamples {
    std::array<std::array<Samples, kMaxStages>, kWays> stages;
    std::array<Samples, kWays> sums;

    void add(Way way, const std::array<uint64_t, kMaxStages>& cycles) {
        const auto w = static_cast<size_t>(way);
        for (size_t i = 0; i < stages_of(way).size(); ++i) {
            stages[w][i].add(static_cast<double>(cycles[i]) / kGroup);
        }
        const uint64_t sum = std::accumulate(cycles.begin(), cycles.end(), uint64_t{0});
        sums[w].add(static_cast<double>(sum) / kGroup);
    }
};

void report(
    Bench& bench,
    const Condition& condition,
    const StageSamples& samples,
    const RawAead& raw
) {
    for (size_t w = 0; w < kWays; ++w) {
        const auto way = static_cast<Way>(w);
        const Samples& aead = seals(way) ? raw.sealing() : raw.opening();
        const auto add = [&](std::string_view stage, const Samples& of_stage) {
            bench.report.add({
                .name = fmt::format("stages/{}/{}", case_of(way), stage),
                .suite = condition.backend->suite,
                .backend = condition.backend->name,
                .size = condition.payload.mean(),
                .mixed = condition.payload.mixed(),
                .flows = condition.flows,
                .outer = condition.outer,
                .cycles = of_stage.median(),
                .least = of_stage.least(),
                .raw_aead = aead.median(),
            });
        };
        const auto names = stages_of(way);
        for (size_t i = 0; i < names.size(); ++i) {
            add(names[i], samples.stages[w][i]);
        }
        add("sum", samples.sums[w]);
    }
}

Result measure(Bench& bench, const Condition& condition) {
    const Setting setting{.backend = condition.backend, .outer = condition.outer};
    auto nodes = StagePair::create(bench.pool, setting);
    if (!nodes) {
        return tl::unexpected(nodes.error());
    }
    const auto process = [&](Way way, auto packets, uint64_t now_ns, BurstOutput& out) {
        nodes->node(way).process(way, packets, now_ns, out);
    };
    Circuit circuit(bench.pool, {condition.flows, condition.payload, setting.n_prefixes});
    RawAead raw(bench.pool, *condition.backend, condition.payload);
    StageSamples samples;
    const uint32_t warm_up = bench.options.warm_up(circuit.laps_per_turn());
    for (uint32_t i = 0; i < warm_up + bench.options.laps; ++i) {
        auto done = circuit.lap(process).and_then([&] { return raw.lap(i >= warm_up); });
        if (!done) {
            return done;
        }
        for (size_t w = 0; w < kWays; ++w) {
            const auto way = static_cast<Way>(w);
            const auto cycles = nodes->node(way).take_cycles(way);
            if (i >= warm_up) {
                samples.add(way, cycles);
            }
        }
    }
    report(bench, condition, samples, raw);
    return {};
}

}  // namespace

Result run_stages(Bench& bench) {
    for (const Condition& condition : conditions_of_stages(bench)) {
        bench.report.progress("stages: " + to_text(condition));
        if (auto done = measure(bench, condition); !done) {
            return tl::unexpected(to_text(condition) + ": " + done.error());
        }
    }
    return {};
}

}  // namespace egret::bench
