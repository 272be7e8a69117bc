// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

/// Interfaces of the host's kernel, on which some devices stand (net_af_packet, net_af_xdp, net_tap).
namespace egret {

/// Whether the interface is up and has a carrier; nothing if there is no such interface. net_af_packet and net_af_xdp say "up"
/// from their start on, whatever becomes of it.
[[nodiscard]] std::optional<bool> host_link_is_up(unsigned interface_index) noexcept;

/// Has the kernel give segments as they came: merged ones (GRO, LRO) do not fit a port's buffers and would be cut. Returns the
/// interface's name if that changed anything, else nothing.
[[nodiscard]] std::string stop_merging_segments(unsigned interface_index);

}  // namespace egret
