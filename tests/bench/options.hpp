// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "payload.hpp"

#include <egret/aead_choice.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace egret::bench {

/// How the mix of sizes is called.
inline constexpr const char* kImix = "imix";

struct Options {
    bool json = false;
    std::string save;             ///< file for JSON lines besides
    std::optional<unsigned> cpu;  ///< the last one this process may use, if absent
    uint32_t laps = 400;          ///< measured ones, of 256 packets each way
    std::vector<uint32_t> flows{1000};
    std::vector<std::string> sizes{"64", "512", "1420", "imix"};  ///< payloads of data messages
    std::vector<int> outers{4, 6};
    std::vector<std::string> backends;  ///< by name; none: the chosen ones, all for case aead
    AeadWish aead;
    bool cold = false;
    bool full = false;
    bool names_conditions = false;  ///< sizes, flows, caches or outer families were asked for
    std::vector<uint32_t> prefixes{100, 250'000};  ///< of case classify
    uint32_t pushed_prefixes = 50'000;             ///< of case push
    std::vector<std::string> cases;

    [[nodiscard]] std::vector<Payload> payloads() const;

    /// Cold caches take their time to make.
    [[nodiscard]] uint32_t laps_of(bool is_cold) const noexcept {
        constexpr uint32_t kFewer = 10;
        return is_cold ? (laps + kFewer - 1) / kFewer : laps;
    }

    /// Laps before the measured ones: every flow was opened and seen again, caches and branch predictors know the way.
    [[nodiscard]] uint32_t warm_up(uint32_t laps_per_turn) const noexcept {
        return 2 * laps_per_turn + laps / 10;
    }
};

}  // namespace egret::bench
