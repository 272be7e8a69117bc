// SPDX-License-Identifier: Apache-2.0
#include "control/config/inner_mtu.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret::control {
namespace {

constexpr uint32_t kUdpHeader = 8;
constexpr uint32_t kIpv4Header = 20;
constexpr uint32_t kIpv6Header = 40;
constexpr uint32_t kEnvelope = kUdpHeader + crypto::kDataMinSize;
// Egret header, contract section 1.2: 8 bytes and the origin.
constexpr uint32_t kClaimIpv4 = 8 + 4;
constexpr uint32_t kClaimIpv6 = 8 + 16;

uint32_t outside_mtu(const Config& config) {
    uint32_t smallest = 65535;
    for (const PortSection& port : config.ports) {
        if (*port.side == api::Side::outside) {
            smallest = std::min<uint32_t>(smallest, *port.mtu_bytes);
        }
    }
    return smallest;
}

/// False if outer packets may be IPv6.
bool is_outer_ipv4(const Config& config, const PeerSection& peer) {
    if (peer.endpoint.stated()) {
        return peer.endpoint->address.family == api::Family::ipv4;
    }
    bool has_ipv4 = false;
    for (const PortSection& port : config.ports) {
        for (const Located<api::Prefix>& own : port.addresses) {
            if (*port.side == api::Side::outside) {
                if (own->address.family == api::Family::ipv6) {
                    return false;
                }
                has_ipv4 = true;
            }
        }
    }
    return has_ipv4;
}

}  // namespace

InnerMtu largest_inner_mtu(const Config& config, const PeerSection& peer) {
    const uint32_t outer = (is_outer_ipv4(config, peer) ? kIpv4Header : kIpv6Header) + kEnvelope;
    const uint32_t room = outside_mtu(config) - outer;
    const bool sends_claims =
        *config.node.role == api::Role::branch && *peer.carry == api::Carry::header;
    return {
        static_cast<uint16_t>(room - (sends_claims ? kClaimIpv4 : 0)),
        static_cast<uint16_t>(room - (sends_claims ? kClaimIpv6 : 0)),
    };
}

InnerMtu inner_mtu(const Config& config, const PeerSection& peer) {
    InnerMtu mtu = largest_inner_mtu(config, peer);
    if (config.tunnel.mtu_bytes.stated()) {
        mtu.ipv4 = std::min(mtu.ipv4, *config.tunnel.mtu_bytes);
        mtu.ipv6 = std::min(mtu.ipv6, *config.tunnel.mtu_bytes);
    }
    return mtu;
}

}  // namespace egret::control
