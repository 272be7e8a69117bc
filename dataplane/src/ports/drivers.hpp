// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/node.hpp>

#include <string>
#include <string_view>

/// What single drivers need beyond what DPDK does for all.
namespace egret {

/// Removes the socket a net_memif server that is gone left behind, on which a new one could not listen.
void clear_the_way(std::string_view devargs) noexcept;

/// True for a device that connects to another process and does not try again by itself (a net_memif client): it starts only
/// when the other is there, and must be started again when the other was away.
[[nodiscard]] bool connects_once(std::string_view devargs) noexcept;

/// False for a device whose other end decides how many queues there are, and may decide on fewer (net_memif): one is used.
[[nodiscard]] bool shares_queues(std::string_view devargs) noexcept;

/// True for a device that gives what an interface of the kernel received, merged segments and all.
[[nodiscard]] bool reads_an_interface(std::string_view devargs) noexcept;

/// The node's MAC address on a device that has `mac`. A tap's is that of the kernel at its other end, which would take the
/// node for itself: the node's differs in one bit.
[[nodiscard]] MacAddress own_mac(std::string_view devargs, const MacAddress& mac) noexcept;

/// Why a device could not be attached, where the driver's error number says less.
[[nodiscard]] std::string why_not_attached(std::string_view devargs, int error);

}  // namespace egret
