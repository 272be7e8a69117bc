// SPDX-License-Identifier: Apache-2.0
#include "control/compile/guards.hpp"

#include <string_view>

namespace egret::control {
namespace {

struct FixedGuard {
    std::string_view prefix;
    api::Guard guard;
};

/// RFC 1122 section 3.2.1.3, RFC 3927, RFC 5771, RFC 919; RFC 4291 sections 2.4 to 2.7.
constexpr FixedGuard kFixedGuards[] = {
    {"0.0.0.0/8", api::Guard::loopback},
    {"127.0.0.0/8", api::Guard::loopback},
    {"169.254.0.0/16", api::Guard::link_local},
    {"224.0.0.0/4", api::Guard::multicast},
    {"255.255.255.255/32", api::Guard::multicast},
    {"::/128", api::Guard::loopback},
    {"::1/128", api::Guard::loopback},
    {"fe80::/10", api::Guard::link_local},
    {"ff00::/8", api::Guard::multicast},
};

api::Prefix host(const api::IpAddress& address) {
    return {address, address.bits()};
}

}  // namespace

bool accepts_all(const Config& config) noexcept {
    return *config.node.role == api::Role::edge && config.segments.empty();
}

std::vector<GuardPrefix> guarded_prefixes(const Config& config) {
    std::vector<GuardPrefix> guards;
    for (const FixedGuard& fixed : kFixedGuards) {
        guards.push_back({api::parse_prefix(fixed.prefix).value(), fixed.guard});
    }
    for (const PortSection& port : config.ports) {
        for (const Located<api::Prefix>& own : port.addresses) {
            guards.push_back({host(own->address), api::Guard::own_address});
            if (accepts_all(config)) {
                guards.push_back({api::masked(*own), api::Guard::own_address});
            }
        }
    }
    for (const Located<api::IpAddress>& address : config.restore.addresses) {
        guards.push_back({host(*address), api::Guard::own_address});
    }
    for (const PeerSection& peer : config.peers) {
        if (peer.endpoint.stated()) {
            guards.push_back({host(peer.endpoint->address), api::Guard::peer_endpoint});
        }
    }
    return guards;
}

}  // namespace egret::control
