// SPDX-License-Identifier: Apache-2.0
// Edge: part of present, once per flow and generation.
#include "stages/verify.hpp"

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;
using api::Family;
using api::Verify;

constexpr uint8_t kIpv6NetworkBits = 64;

bool is_registered(
    const api::Tables& tables,
    const api::Peer& peer,
    const api::IpAddress& origin
) noexcept {
    const auto first = tables.prefixes.begin() + peer.origins.first;
    return std::any_of(first, first + peer.origins.count, [&](const api::Prefix& p) {
        return contains(p, origin);
    });
}

bool is_observed(const api::IpAddress& observed, const api::IpAddress& origin) noexcept {
    const uint8_t bits = origin.family == Family::ipv4 ? origin.bits() : kIpv6NetworkBits;
    return contains(api::Prefix{observed, bits}, origin);
}

}  // namespace

Verified verify_claim(
    const api::Tables& tables,
    const api::Peer& peer,
    const PeerRuntime& runtime,
    const api::IpAddress& origin
) noexcept {
    const bool ipv4 = origin.family == Family::ipv4;
    const api::IpAddress& observed = ipv4 ? runtime.observed_ipv4 : runtime.observed_ipv6;
    const api::IpAddress& observed_other = ipv4 ? runtime.observed_ipv6 : runtime.observed_ipv4;
    const bool registered = is_registered(tables, peer, origin);
    const bool unobservable = peer.verify != Verify::registered && !observed.present();
    // A peer must not get around being observed by keeping its address of the outer family from being so.
    const bool other_family = unobservable && observed_other.present();
    const bool registered_suffices =
        peer.verify == Verify::registered || (other_family && peer.verify_other_family);
    if (registered_suffices || peer.verify == Verify::both) {
        if (!registered) {
            return {DropReason::origin_not_registered, peer.verify};
        }
        if (registered_suffices) {
            return {std::nullopt, Verify::registered};
        }
    }
    if (unobservable) {
        return {DropReason::claim_unobservable, peer.verify};
    }
    if (!is_observed(observed, origin)) {
        return {DropReason::origin_not_observed, peer.verify};
    }
    return {std::nullopt, peer.verify};
}

}  // namespace egret
