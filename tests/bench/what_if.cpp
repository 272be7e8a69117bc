// SPDX-License-Identifier: Apache-2.0
#include "control/policy/what_if.hpp"

#include "cases.hpp"
#include "control/compile/generation.hpp"
#include "cycles.hpp"

#include <algorithm>
#include <string>

namespace egret::bench {
namespace {

// As many named locations and ranges as a tenant may have (domain page B5).
constexpr uint32_t kLocations = 195;
constexpr uint32_t kRanges = 2000;
constexpr uint32_t kAnswers = 256;  ///< of a lap

constexpr std::string_view kEdge = R"(schema = 1
[node]
name = "edge"
role = "edge"
generation = 1
[identity]
private_key = "file:node.key"
[[port]]
name = "svc0"
side = "inside"
addresses = ["192.0.2.1/24"]
[[port]]
name = "net0"
side = "outside"
addresses = ["198.51.100.10/24"]
[[policy]]
name = "MFA outside offices"
include_locations = ["All"]
exclude_locations = ["AllTrusted"]
grant = "mfa"
)";

/// Four of five ranges are IPv4 /29s from 100.0.0.0 on, the others IPv6 /64s.
std::string range(uint32_t i) {
    if (i % 5 == 0) {
        return "\"2001:db8:" + std::to_string(i / 5000) + ":" + std::to_string(i % 5000) +
               "::/64\"";
    }
    return "\"" + std::to_string(100 + (i >> 21)) + "." + std::to_string((i >> 13) & 255) + "." +
           std::to_string((i >> 5) & 255) + "." + std::to_string((i & 31) * 8) + "/29\"";
}

std::string configuration() {
    std::string toml(kEdge);
    for (uint32_t location = 0; location < kLocations; ++location) {
        toml += "[[location]]\nname = \"" + std::to_string(location) + "\"\ntrusted = ";
        toml += location % 2 == 0 ? "true\nranges = [" : "false\nranges = [";
        for (uint32_t i = 0; i < kRanges; ++i) {
            toml += range(location * kRanges + i) + ", ";
        }
        toml += "]\n";
    }
    return toml;
}

/// Addresses all over the ranges, every second one in none.
api::IpAddress asked(uint32_t i) {
    const uint32_t r = i * 2'654'435'761U;
    const std::string lower = std::to_string((r >> 8) & 255) + "." + std::to_string(r & 255);
    return *api::parse_address((i % 2 == 0 ? "100." : "9.") + std::to_string(i % 48) + "." + lower);
}

void report(Bench& bench, std::string_view name, const Samples& samples) {
    bench.report.add({
        .name = std::string(name),
        .suite = {},
        .backend = {},
        .size = kLocations * kRanges,
        .flows = {},
        .outer = {},
        .cycles = samples.median(),
        .least = samples.least(),
        .raw_aead = {},
    });
}

}  // namespace

Result run_what_if(Bench& bench) {
    const control::ConfigText text{"what-if", configuration(), "."};
    Samples loads;
    Stopwatch watch;
    watch.start();
    const control::LoadResult loaded = control::load_generation(text, {.ignores_keys = true});
    loads.add(static_cast<double>(watch.lap()));
    if (!loaded.generation) {
        return tl::unexpected("what-if: " + to_text(loaded.findings.front()));
    }
    Samples answers;
    uint32_t n = 0;
    size_t n_asking = 0;
    for (uint32_t lap = 0; lap < std::min(bench.options.laps, 1000U); ++lap) {
        bench.report.progress("what-if");
        watch.start();
        for (uint32_t i = 0; i < kAnswers; ++i) {
            const control::WhatIf what_if = control::evaluate(
                loaded.generation->config,
                loaded.generation->policies,
                {.ip = asked(n++)}
            );
            n_asking += what_if.outcome.demanded.size();
        }
        answers.add(static_cast<double>(watch.lap()) / kAnswers);
    }
    // Some addresses lie in trusted locations, some do not.
    if (n_asking == 0 || n_asking == n) {
        return tl::unexpected<std::string>("what-if: every answer is the same");
    }
    report(bench, "what-if", answers);
    report(bench, "what-if/load", loads);
    return {};
}

}  // namespace egret::bench
