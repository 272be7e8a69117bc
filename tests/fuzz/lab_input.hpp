// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fuzz_check.hpp"
#include "packet_pools.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace egret::test {

/// One input of a fuzzer whose nodes live through many: the first byte chooses among `n_ways`, the rest is a frame of at most
/// `max_frame_bytes`. Calls `run(lab, way, frame)`; a new Lab is made every `inputs_per_lab` inputs, and no packet may be left
/// of the one before.
template <class Lab, class Run>
void run_in_lab(
    const uint8_t* data,
    size_t size,
    unsigned n_ways,
    size_t max_frame_bytes,
    unsigned inputs_per_lab,
    Run&& run
) {
    static std::unique_ptr<Lab> lab;
    static unsigned n_inputs = 0;
    if (size == 0 || size > max_frame_bytes) {
        return;
    }
    if (n_inputs == 0) {
        start_packets();
    }
    if (n_inputs++ % inputs_per_lab == 0) {
        lab.reset();
        require(n_packets_out() == 0);
        lab = std::make_unique<Lab>();
    }
    run(*lab, data[0] % n_ways, Bytes(data + 1, data + size));
}

}  // namespace egret::test
