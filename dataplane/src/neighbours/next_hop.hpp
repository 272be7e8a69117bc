// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace egret {

struct Neighbour;

/// A neighbour somebody looked up for one destination and remembers; good while the table's epoch is the same.
struct NextHop {
    uint64_t epoch = 0;
    Neighbour* neighbour = nullptr;
};

}  // namespace egret
