// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.hpp"

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret {

/// How DPDK's environment was started.
struct Eal {
    bool huge_pages = false;
    bool memory_is_ours = true;           ///< chosen here, not by arguments behind "--"
    std::vector<unsigned> worker_lcores;  ///< at least one
};

/// Starts DPDK's environment so that several nodes can share a host: threads that float over every processor this process
/// may use, no files shared with others, no device but the ports'. Takes huge pages where there are some. Call once.
/// Error: one sentence.
[[nodiscard]] tl::expected<Eal, std::string> start_eal(const Options& options);

}  // namespace egret
