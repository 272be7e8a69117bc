// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// Part of seal: index of the departure of this burst's packets to the peer in `slot`, the one there is or a new one.
[[nodiscard]] uint8_t departure_to(Context& context, Burst& burst, uint16_t slot) noexcept;

/// Why a packet ends here that neither leaves nor waits.
[[nodiscard]] api::DropReason reason_of(Keys keys) noexcept;

}  // namespace egret
