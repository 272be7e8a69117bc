// SPDX-License-Identifier: Apache-2.0
#include "conditions.hpp"

#include <egret/aead_choice.hpp>

#include <fmt/format.h>

namespace egret::bench {
namespace {

constexpr uint32_t kFew = 1;
constexpr uint32_t kSome = 1000;
constexpr uint32_t kMany = 100'000;
constexpr uint32_t kSmallest = 64;
constexpr uint32_t kLargest = 1420;

std::vector<Condition>
combine(const Bench& bench, const std::vector<uint32_t>& flows, const std::vector<bool>& caches) {
    std::vector<Condition> all;
    for (const crypto::AeadBackend* backend : bench.of_ways()) {
        for (const int outer : bench.options.outers) {
            for (const uint32_t n_flows : flows) {
                for (const bool cold : caches) {
                    for (const Payload& payload : bench.options.payloads()) {
                        all.push_back({backend, outer, n_flows, payload, cold});
                    }
                }
            }
        }
    }
    return all;
}

}  // namespace

std::string to_text(const Condition& condition) {
    return fmt::format(
        "{} by {}, IPv{}, {} flows, {}{}",
        name_of(condition.backend->suite),
        condition.backend->name,
        condition.outer,
        condition.flows,
        condition.payload.mixed() ? "IMIX" : std::to_string(condition.payload.mean()),
        condition.cold ? ", cold" : ""
    );
}

std::vector<Condition> conditions_of_ways(const Bench& bench) {
    const Options& options = bench.options;
    if (options.full) {
        return combine(bench, {kFew, kSome, kMany}, {false, true});
    }
    std::vector<Condition> all = combine(bench, options.flows, {options.cold});
    if (options.names_conditions) {
        return all;
    }
    for (const crypto::AeadBackend* backend : bench.of_ways()) {
        for (const uint32_t flows : {kFew, kMany}) {
            all.push_back({backend, 4, flows, Payload(kSmallest), false});
        }
        for (const uint32_t size : {kSmallest, kLargest}) {
            all.push_back({backend, 4, kSome, Payload(size), true});
        }
    }
    return all;
}

std::vector<Condition> conditions_of_stages(const Bench& bench) {
    return combine(bench, bench.options.flows, {false});
}

}  // namespace egret::bench
