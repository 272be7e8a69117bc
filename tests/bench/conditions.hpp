// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cases.hpp"
#include "payload.hpp"

#include <string>
#include <vector>

namespace egret::bench {

/// Under what a way is measured.
struct Condition {
    const crypto::AeadBackend* backend;
    int outer;
    uint32_t flows;
    Payload payload;
    bool cold = false;
};

/// For a terminal's progress and for errors.
[[nodiscard]] std::string to_text(const Condition& condition);

/// What cases `outbound` and `inbound` measure. Every combination of what was asked for; where neither flows nor caches were
/// named, few and many flows and cold caches come beside the ordinary condition, over IPv4 and in one or two sizes.
[[nodiscard]] std::vector<Condition> conditions_of_ways(const Bench& bench);

/// What case `stages` measures: the same without few flows, many flows and cold caches.
[[nodiscard]] std::vector<Condition> conditions_of_stages(const Bench& bench);

}  // namespace egret::bench
