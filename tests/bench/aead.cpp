// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "raw_aead.hpp"

#include <fmt/format.h>

namespace egret::bench {
namespace {

void report(
    Bench& bench,
    const crypto::AeadBackend& backend,
    const Payload& payload,
    const RawAead& raw,
    bool cold
) {
    for (const bool seal : {true, false}) {
        const Samples& samples = seal ? raw.sealing() : raw.opening();
        bench.report.add({
            .name = seal ? "aead" : "aead/open",
            .suite = backend.suite,
            .backend = backend.name,
            .size = payload.mean(),
            .mixed = payload.mixed(),
            .flows = {},
            .outer = {},
            .cycles = samples.median(),
            .least = samples.least(),
            .raw_aead = samples.median(),
            .cold = cold,
        });
    }
}

Result
measure(Bench& bench, const crypto::AeadBackend& backend, const Payload& payload, bool cold) {
    RawAead raw(bench.pool, backend, payload);
    CacheWalk caches;
    if (cold) {
        raw.make_cold(caches);
    }
    const uint32_t laps = bench.options.laps_of(cold);
    const uint32_t warm_up = bench.options.warm_up(1);
    for (uint32_t i = 0; i < warm_up + laps; ++i) {
        if (auto done = raw.lap(i >= warm_up); !done) {
            return tl::unexpected(fmt::format("{}: {}", backend.name, done.error()));
        }
    }
    report(bench, backend, payload, raw, cold);
    return {};
}

}  // namespace

Result run_aead(Bench& bench) {
    for (const crypto::AeadBackend* backend : bench.of_aead()) {
        bench.report.progress(fmt::format("aead: {}", backend->name));
        for (const Payload& payload : bench.options.payloads()) {
            if (auto done = measure(bench, *backend, payload, bench.options.cold); !done) {
                return done;
            }
        }
    }
    return {};
}

}  // namespace egret::bench
