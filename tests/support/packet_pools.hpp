// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"

#include <rte_mbuf.h>
#include <rte_mempool.h>

namespace egret::test {

/// Starts DPDK without huge pages, privileges or devices, and makes the pools below. Once per process, before the tests;
/// ends the program if it fails.
void start_packets();

/// Buffers for the frames tests put in.
[[nodiscard]] rte_mempool* frame_pool();

/// Buffers for what nodes make themselves.
[[nodiscard]] rte_mempool* made_pool();

/// Buffers that somebody has not given back.
[[nodiscard]] unsigned n_packets_out();

/// A buffer that holds `frame`; ends the program if there is none, which only a leak can cause.
[[nodiscard]] rte_mbuf* to_mbuf(const Bytes& frame);

/// The same with only `headroom` bytes free in front.
[[nodiscard]] rte_mbuf* to_mbuf(const Bytes& frame, uint16_t headroom);

/// A copy of what is in `packet`.
[[nodiscard]] Bytes to_bytes(const rte_mbuf* packet);

}  // namespace egret::test
