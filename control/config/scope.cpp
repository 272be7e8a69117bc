// SPDX-License-Identifier: Apache-2.0
#include "control/config/scope.hpp"

#include <algorithm>
#include <array>

namespace egret::control {
namespace {

/// An IPv4 prefix of at most two significant bytes.
constexpr api::Prefix ipv4(uint8_t first, uint8_t second, uint8_t length) {
    return {{api::Family::ipv4, {first, second}}, length};
}

constexpr std::array kNotPublic{
    ipv4(0, 0, 8),
    ipv4(10, 0, 8),
    ipv4(100, 64, 10),
    ipv4(127, 0, 8),
    ipv4(169, 254, 16),
    ipv4(172, 16, 12),
    ipv4(192, 168, 16),
};

constexpr std::array kLinkLocal{
    ipv4(169, 254, 16),
    api::Prefix{{api::Family::ipv6, {0xfe, 0x80}}, 10},
};

}  // namespace

bool is_public_ipv4(const api::IpAddress& address) {
    return address.family == api::Family::ipv4 &&
           std::ranges::none_of(kNotPublic, [&](const api::Prefix& prefix) {
               return api::contains(prefix, address);
           });
}

bool is_link_local(const api::IpAddress& address) {
    return std::ranges::any_of(kLinkLocal, [&](const api::Prefix& prefix) {
        return api::contains(prefix, address);
    });
}

}  // namespace egret::control
