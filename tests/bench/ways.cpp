// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "circuit.hpp"
#include "conditions.hpp"
#include "cycles.hpp"
#include "node_pair.hpp"
#include "raw_aead.hpp"

#include <array>
#include <optional>
#include <utility>

namespace egret::bench {
namespace {

/// Both nodes, each of their calls timed.
class TimedNodes {
  public:
    explicit TimedNodes(NodePair nodes)
        : nodes_(std::move(nodes)) {}

    /// Before each burst the caches are made cold from now on.
    void make_cold(CacheWalk& caches) { caches_ = &caches; }

    /// A Circuit::Process. As in a host's loop, `poll` follows every burst.
    void process(Way way, std::span<rte_mbuf* const> packets, uint64_t now_ns, BurstOutput& out);

    /// Ends a lap: adds its samples if `measured`.
    void end_lap(bool measured);

    [[nodiscard]] const Samples& samples(Way way) const {
        return samples_[static_cast<size_t>(way)];
    }

    [[nodiscard]] const Samples& polling() const { return samples_[kPoll]; }

  private:
    static constexpr size_t kPoll = kWays;  ///< the branch's, once a burst outwards

    NodePair nodes_;
    CacheWalk* caches_ = nullptr;
    Stopwatch watch_;
    std::array<uint64_t, kWays + 1> cycles_{};
    std::array<Samples, kWays + 1> samples_;
};

void TimedNodes::process(
    Way way,
    std::span<rte_mbuf* const> packets,
    uint64_t now_ns,
    BurstOutput& out
) {
    Node& node = nodes_.node(way);
    if (caches_ != nullptr) {
        caches_->walk();
    }
    watch_.start();
    node.process_burst(side_of(way), packets, now_ns, out);
    cycles_[static_cast<size_t>(way)] += watch_.lap();
    nodes_.poll(way, now_ns);
    const uint64_t polled = watch_.lap();
    if (way == Way::branch_outbound) {
        cycles_[kPoll] += polled;
    }
    nodes_.drain(way);
}

void TimedNodes::end_lap(bool measured) {
    for (size_t i = 0; i < cycles_.size(); ++i) {
        if (measured) {
            samples_[i].add(static_cast<double>(cycles_[i]) / kGroup);
        }
        cycles_[i] = 0;
    }
}

void report(Bench& bench, const Condition& condition, const TimedNodes& nodes, const RawAead& raw) {
    const auto add = [&](std::string name, const Samples& samples, std::optional<double> raw_aead) {
        bench.report.add({
            .name = std::move(name),
            .suite = condition.backend->suite,
            .backend = condition.backend->name,
            .size = condition.payload.mean(),
            .mixed = condition.payload.mixed(),
            .flows = condition.flows,
            .outer = condition.outer,
            .cycles = samples.median(),
            .least = samples.least(),
            .raw_aead = raw_aead,
            .cold = condition.cold,
        });
    };
    const double seal = raw.sealing().median();
    const double open = raw.opening().median();
    for (size_t i = 0; i < kWays; ++i) {
        const auto way = static_cast<Way>(i);
        if (bench.wants(seals(way) ? "outbound" : "inbound")) {
            add(std::string(case_of(way)), nodes.samples(way), seals(way) ? seal : open);
        }
    }
    if (bench.wants("outbound")) {
        add("outbound/poll", nodes.polling(), std::nullopt);
    }
}

Result measure(Bench& bench, const Condition& condition) {
    const Setting setting{.backend = condition.backend, .outer = condition.outer};
    auto pair = NodePair::create(bench.pool, setting);
    if (!pair) {
        return tl::unexpected(pair.error());
    }
    TimedNodes nodes(std::move(*pair));
    Circuit circuit(bench.pool, {condition.flows, condition.payload, setting.n_prefixes});
    RawAead raw(bench.pool, *condition.backend, condition.payload);
    CacheWalk caches;
    const auto process = [&nodes](Way way, auto packets, uint64_t now_ns, BurstOutput& out) {
        nodes.process(way, packets, now_ns, out);
    };
    const uint32_t warm_up = bench.options.warm_up(circuit.laps_per_turn());
    for (uint32_t i = 0; i < warm_up + bench.options.laps_of(condition.cold); ++i) {
        if (i == warm_up && condition.cold) {
            nodes.make_cold(caches);
            raw.make_cold(caches);
        }
        auto done = circuit.lap(process).and_then([&] { return raw.lap(i >= warm_up); });
        if (!done) {
            return done;
        }
        nodes.end_lap(i >= warm_up);
    }
    report(bench, condition, nodes, raw);
    return {};
}

}  // namespace

Result run_ways(Bench& bench) {
    for (const Condition& condition : conditions_of_ways(bench)) {
        bench.report.progress("outbound, inbound: " + to_text(condition));
        if (auto done = measure(bench, condition); !done) {
            return tl::unexpected(to_text(condition) + ": " + done.error());
        }
    }
    return {};
}

}  // namespace egret::bench
