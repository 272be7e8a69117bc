// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

namespace egret::control {

/// An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) as what it is; any other as it is. Services
/// see, and identity providers compare, the IPv4 address.
[[nodiscard]] api::IpAddress plain(const api::IpAddress& address) noexcept;

/// The same for a range, whose host bits are cleared.
[[nodiscard]] api::Prefix plain(const api::Prefix& prefix) noexcept;

}  // namespace egret::control
