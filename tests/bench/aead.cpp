// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "raw_aead.hpp"

namespace egret::bench {
namespace {

void report(Bench& bench, const crypto::AeadBackend& backend, uint32_t size, const RawAead& raw) {
    for (const bool seal : {true, false}) {
        const Samples& samples = seal ? raw.sealing() : raw.opening();
        bench.report.add({
            .name = seal ? "aead" : "aead/open",
            .suite = backend.suite,
            .backend = backend.name,
            .size = size,
            .flows = {},
            .outer = {},
            .cycles = samples.median(),
            .least = samples.least(),
            .raw_aead = samples.median(),
        });
    }
}

}  // namespace

Result run_aead(Bench& bench) {
    for (const crypto::Suite suite : bench.suites) {
        const crypto::AeadBackend& backend = crypto::sodium_backend(suite);
        for (const uint32_t size : bench.options.sizes) {
            bench.report.progress("aead");
            RawAead raw(bench.pool, backend, size);
            const uint32_t warm_up = bench.options.warm_up(1);
            for (uint32_t i = 0; i < warm_up + bench.options.laps; ++i) {
                if (auto done = raw.lap(i >= warm_up); !done) {
                    return done;
                }
            }
            report(bench, backend, size, raw);
        }
    }
    return {};
}

}  // namespace egret::bench
