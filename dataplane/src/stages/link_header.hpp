// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stages/wire.hpp"

#include <egret/api/address.hpp>
#include <egret/node.hpp>

#include <rte_mbuf.h>

namespace egret {

/// Writes the Ethernet header of an IP packet into the first 14 bytes of a frame.
inline void write_link_header(
    rte_mbuf* packet,
    const MacAddress& to,
    const MacAddress& from,
    api::Family family
) noexcept {
    auto* frame = rte_pktmbuf_mtod(packet, uint8_t*);
    wire::copy_mac(frame, to.data());
    wire::copy_mac(frame + wire::kMacSize, from.data());
    wire::store16(
        frame + 2 * wire::kMacSize,
        family == api::Family::ipv4 ? wire::kEtherIpv4 : wire::kEtherIpv6
    );
}

}  // namespace egret
