// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace egret {

/// Whether an interface of the host's kernel is up and has a carrier; nothing if there is no such interface. The drivers that
/// sit on one (net_af_packet, net_af_xdp) say "up" from their start on, whatever becomes of it.
[[nodiscard]] std::optional<bool> host_link_is_up(unsigned interface_index) noexcept;

}  // namespace egret
