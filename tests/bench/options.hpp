// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace egret::bench {

struct Options {
    bool json = false;
    std::optional<unsigned> cpu;  ///< the last one this process may use, if absent
    uint32_t laps = 400;          ///< measured ones, of 256 packets each way
    uint32_t flows = 1000;
    std::vector<uint32_t> sizes{64, 512, 1420};    ///< payloads of data messages, bytes
    std::vector<uint32_t> prefixes{100, 250'000};  ///< of case classify
    uint32_t pushed_prefixes = 50'000;             ///< of case push
    std::vector<std::string> cases;

    /// Laps before the measured ones: every flow was opened and seen again, caches and branch predictors know the way.
    [[nodiscard]] uint32_t warm_up(uint32_t laps_per_turn) const noexcept {
        return 2 * laps_per_turn + laps / 10;
    }
};

}  // namespace egret::bench
