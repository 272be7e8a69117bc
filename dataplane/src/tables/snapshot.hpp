// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/tables.hpp>
#include <egret/crypto/cookie.hpp>

#include <optional>
#include <span>
#include <vector>

namespace egret {

class SharedPeer;

/// One generation as workers use it: control's tables and what follows from them. Immutable once published.
struct Snapshot {
    explicit Snapshot(api::Tables tables_from_control);

    const api::Tables tables;
    uint16_t inside_port = 0;  ///< first of its side; index into tables.ports
    uint16_t outside_port = 0;
    uint16_t n_slots = 0;                   ///< one above the highest peer slot
    std::vector<SharedPeer*> shared_peers;  ///< by slot, the node's; set before publishing
    uint64_t serial =
        0;  ///< set before publishing: tells generations apart that follow each other at one address

    /// What the node's workers share of the peer with this slot; nullptr with one worker.
    [[nodiscard]] SharedPeer* shared_peer(uint16_t slot) const noexcept {
        return slot < shared_peers.size() ? shared_peers[slot] : nullptr;
    }

    /// The peer with this slot, nullptr if this generation has none.
    [[nodiscard]] const api::Peer* peer(uint16_t slot) const noexcept {
        return slot < peer_of_slot_.size() && peer_of_slot_[slot] != api::kNone
                   ? &tables.peers[peer_of_slot_[slot]]
                   : nullptr;
    }

    /// True if `handshake`, an initiation or response, was made for this node: for its key, or during a rotation for the one
    /// before.
    [[nodiscard]] bool is_for_this_node(crypto::ByteView handshake) const noexcept {
        return mac1_.matches(handshake) ||
               (previous_mac1_.has_value() && previous_mac1_->matches(handshake));
    }

    /// The node's own addresses on the port of a side, each with the length of its network.
    [[nodiscard]] std::span<const api::Prefix> own_addresses(api::Side side) const noexcept;

    /// True if `address` is one of the node's own on the port of that side.
    [[nodiscard]] bool is_own(api::Side side, const api::IpAddress& address) const noexcept;

    /// The same for the outside, fast where it is the first of its family.
    [[nodiscard]] bool is_own_outside(api::Family family, const std::array<uint8_t, 16>& bytes)
        const noexcept {
        const api::IpAddress& first = outside_address(family);
        return (first.present() && first == api::IpAddress{family, bytes}) ||
               is_own(api::Side::outside, {family, bytes});
    }

    /// True if `address` lies in a network the port of that side is in, or is a link-local one.
    [[nodiscard]] bool is_on_link(api::Side side, const api::IpAddress& address) const noexcept;

    /// Whom to hand packets to `destination`: itself where it is on the link, else the gateway; absent if there is none.
    [[nodiscard]] api::IpAddress next_hop(api::Side side, const api::IpAddress& destination)
        const noexcept;

    /// The own address to ask for `neighbour` with: one in its network, over IPv4 else the first; else absent.
    [[nodiscard]] api::IpAddress own_towards(api::Side side, const api::IpAddress& neighbour)
        const noexcept;

    /// The node's own outside address of a family, the first where it has several; absent if it has none.
    [[nodiscard]] const api::IpAddress& outside_address(api::Family family) const noexcept {
        return family == api::Family::ipv4   ? outside_ipv4_
               : family == api::Family::ipv6 ? outside_ipv6_
                                             : absent_;
    }

  private:
    [[nodiscard]] uint16_t port_of(api::Side side) const noexcept {
        return side == api::Side::inside ? inside_port : outside_port;
    }

    crypto::Mac1Key mac1_;
    std::optional<crypto::Mac1Key> previous_mac1_;
    std::vector<uint16_t> peer_of_slot_;
    api::IpAddress outside_ipv4_;
    api::IpAddress outside_ipv6_;
    api::IpAddress absent_;
};

}  // namespace egret
