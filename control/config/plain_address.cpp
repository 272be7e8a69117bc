// SPDX-License-Identifier: Apache-2.0
#include "control/config/plain_address.hpp"

#include <algorithm>

namespace egret::control {
namespace {

/// RFC 4291 section 2.5.5.2.
constexpr api::Prefix kMapped{{api::Family::ipv6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}}, 96};

}  // namespace

api::IpAddress plain(const api::IpAddress& address) noexcept {
    if (!api::contains(kMapped, address)) {
        return address;
    }
    api::IpAddress ipv4{api::Family::ipv4, {}};
    std::copy_n(address.bytes.begin() + 12, 4, ipv4.bytes.begin());
    return ipv4;
}

api::Prefix plain(const api::Prefix& prefix) noexcept {
    const bool is_mapped =
        prefix.length >= kMapped.length && api::contains(kMapped, prefix.address);
    const uint8_t length =
        is_mapped ? static_cast<uint8_t>(prefix.length - kMapped.length) : prefix.length;
    return api::masked({is_mapped ? plain(prefix.address) : prefix.address, length});
}

}  // namespace egret::control
