// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

// The four ways of a packet. Each takes a burst of frames as received and leaves it empty.

/// Branch, inside to outside.
void branch_outbound(Context& context, Burst& burst) noexcept;
/// Branch, outside to inside.
void branch_inbound(Context& context, Burst& burst) noexcept;
/// Edge, outside to inside.
void edge_inbound(Context& context, Burst& burst) noexcept;
/// Edge, inside to outside.
void edge_outbound(Context& context, Burst& burst) noexcept;

}  // namespace egret
