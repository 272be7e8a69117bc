// SPDX-License-Identifier: Apache-2.0
#include "tables/snapshot.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace egret {
namespace {

uint16_t first_port(const api::Tables& tables, api::Side side) noexcept {
    const auto is_side = [side](const api::Port& port) { return port.side == side; };
    const auto found = std::find_if(tables.ports.begin(), tables.ports.end(), is_side);
    return found == tables.ports.end() ? api::kNone
                                       : static_cast<uint16_t>(found - tables.ports.begin());
}

std::span<const api::Prefix> addresses_of(const api::Tables& tables, uint16_t port) noexcept {
    if (port == api::kNone) {
        return {};
    }
    const api::Slice slice = tables.ports[port].addresses;
    return std::span(tables.prefixes).subspan(slice.first, slice.count);
}

crypto::Mac1Key mac1_key(const std::array<uint8_t, crypto::kKeySize>& public_key) noexcept {
    return crypto::Mac1Key(crypto::PublicKey{
        std::bit_cast<std::array<std::byte, crypto::kKeySize>>(public_key)});
}

/// fe80::/10 (RFC 4291 section 2.5.6): on every link.
bool is_link_local(const api::IpAddress& address) noexcept {
    return address.family == api::Family::ipv6 && address.bytes[0] == 0xfe &&
           (address.bytes[1] & 0xc0) == 0x80;
}

/// The first address of a family among `own`, else none.
api::IpAddress first_of(std::span<const api::Prefix> own, api::Family family) noexcept {
    const auto found = std::find_if(own.begin(), own.end(), [family](const api::Prefix& p) {
        return p.address.family == family;
    });
    return found == own.end() ? api::IpAddress{} : found->address;
}

}  // namespace

Snapshot::Snapshot(api::Tables tables_from_control)
    : tables(std::move(tables_from_control)),
      inside_port(first_port(tables, api::Side::inside)),
      outside_port(first_port(tables, api::Side::outside)),
      mac1_(mac1_key(tables.public_key)) {
    if (tables.previous_public_key != decltype(tables.previous_public_key){}) {
        previous_mac1_ = mac1_key(tables.previous_public_key);
    }
    for (const api::Peer& peer : tables.peers) {
        n_slots = std::max<uint16_t>(n_slots, static_cast<uint16_t>(peer.slot + 1));
    }
    peer_of_slot_.assign(n_slots, api::kNone);
    for (size_t i = 0; i < tables.peers.size(); ++i) {
        peer_of_slot_[tables.peers[i].slot] = static_cast<uint16_t>(i);
    }
    outside_ipv4_ = first_of(addresses_of(tables, outside_port), api::Family::ipv4);
    outside_ipv6_ = first_of(addresses_of(tables, outside_port), api::Family::ipv6);
}

std::span<const api::Prefix> Snapshot::own_addresses(api::Side side) const noexcept {
    return addresses_of(tables, port_of(side));
}

bool Snapshot::is_own(api::Side side, const api::IpAddress& address) const noexcept {
    const auto own = own_addresses(side);
    return std::any_of(own.begin(), own.end(), [&](const api::Prefix& p) {
        return p.address == address;
    });
}

bool Snapshot::is_on_link(api::Side side, const api::IpAddress& address) const noexcept {
    const auto own = own_addresses(side);
    return is_link_local(address) || std::any_of(own.begin(), own.end(), [&](const api::Prefix& p) {
               return api::contains(p, address);
           });
}

api::IpAddress Snapshot::next_hop(api::Side side, const api::IpAddress& destination)
    const noexcept {
    const uint16_t port = port_of(side);
    if (port == api::kNone) {
        return {};
    }
    if (is_on_link(side, destination)) {
        return destination;
    }
    switch (destination.family) {
        case api::Family::ipv4:
            return tables.ports[port].gateway_ipv4;
        case api::Family::ipv6:
            return tables.ports[port].gateway_ipv6;
        default:
            return {};
    }
}

api::IpAddress Snapshot::own_towards(api::Side side, const api::IpAddress& neighbour)
    const noexcept {
    const auto own = own_addresses(side);
    const auto same = std::find_if(own.begin(), own.end(), [&](const api::Prefix& p) {
        return api::contains(p, neighbour);
    });
    if (same != own.end()) {
        return same->address;
    }
    return neighbour.family == api::Family::ipv4 ? first_of(own, api::Family::ipv4)
                                                 : api::IpAddress{};
}

}  // namespace egret
