// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// Part of `departure_to`: where the newest departure is another peer's.
[[nodiscard]] uint8_t other_departure_to(Context& context, Burst& burst, uint16_t slot) noexcept;

/// Part of seal: index of the departure of this burst's packets to the peer in `slot`, the one there is or a new one.
[[nodiscard]] inline uint8_t departure_to(Context& context, Burst& burst, uint16_t slot) noexcept {
    const auto newest = static_cast<uint8_t>(burst.n_departures - 1);
    return burst.n_departures > 0 && burst.departures[newest].peer == slot
               ? newest
               : other_departure_to(context, burst, slot);
}

/// Why a packet ends here that neither leaves nor waits.
[[nodiscard]] api::DropReason reason_of(Keys keys) noexcept;

}  // namespace egret
