// SPDX-License-Identifier: Apache-2.0
#include "sodium_ready.hpp"

#include <sodium.h>

namespace egret::crypto {

bool sodium_ready() noexcept {
    static const bool ready =
        sodium_init() >= 0;  // 1 means already initialised, by the host program
    return ready;
}

}  // namespace egret::crypto
