// SPDX-License-Identifier: Apache-2.0
#include "clocks.hpp"

#include <ctime>

namespace egret {
namespace {

template <clockid_t Id>
uint64_t now_ns() noexcept {
    constexpr uint64_t kSecond = 1'000'000'000;
    timespec now{};
    clock_gettime(Id, &now);
    return static_cast<uint64_t>(now.tv_sec) * kSecond + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

Clocks system_clocks() noexcept {
    return {now_ns<CLOCK_BOOTTIME>, now_ns<CLOCK_REALTIME>};
}

}  // namespace egret
