// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// A burst of a branch's inside frames, by what is to become of them.
struct Classified {
    PacketList tunnel;  ///< `meta.flow` and `meta.peer` are set
    PacketList direct;  ///< leave the other side as they are
};

/// Branch: finds each packet's flow, decides about new ones, and drops what may neither be tunnelled nor pass.
///
/// A flow keeps its verdict for life. A packet that could be part of a tunnel flow but cannot be assigned to one (fragment,
/// transport header out of reach, broken lengths) is dropped if any rule could tunnel its destination; elsewhere it passes.
[[nodiscard]] Classified classify(Context& context, Burst& burst) noexcept;

}  // namespace egret
