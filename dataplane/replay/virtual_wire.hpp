// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"

#include <egret/api/address.hpp>

#include <rte_mbuf.h>

#include <span>

namespace egret::replay {

/// The internet between a branch's and an edge's outside ports, and the router before the branch: what the branch sends
/// from a private or shared address carries the site's egress address behind it, and answers find their way back. Takes
/// packets of any size.
class VirtualWire {
  public:
    /// `branch` and `edge` are the nodes' own outside addresses (absent families allowed), `egress` the site's address of
    /// each family.
    struct Ends {
        api::IpAddress branch_ipv4;
        api::IpAddress branch_ipv6;
        api::IpAddress egress_ipv4;
        api::IpAddress egress_ipv6;
        api::IpAddress edge_ipv4;
        api::IpAddress edge_ipv6;
        uint16_t edge_port = 0;
    };

    explicit VirtualWire(const Ends& ends);

    /// True if a frame that left the branch is a datagram for the edge's tunnel.
    [[nodiscard]] bool goes_to_edge(std::span<const uint8_t> frame) const;

    /// Rewrites such a frame as the branch's router would.
    void carry_to_edge(std::span<uint8_t> frame) const;

    /// A frame that left the edge outside: true if it goes to the branch, then it is rewritten back.
    [[nodiscard]] bool carry_to_branch(std::span<uint8_t> frame) const;

  private:
    /// What a router does to one family: nothing where the branch's own address is public.
    struct Translation {
        api::IpAddress own;
        api::IpAddress egress;
    };

    [[nodiscard]] const Translation& translation(api::Family family) const noexcept;

    Ends ends_;
    Translation ipv4_;
    Translation ipv6_;
};

}  // namespace egret::replay
