// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

namespace egret::control {

/// True for an IPv4 address the internet routes: none of RFC 1918, shared (RFC 6598), link-local,
/// loopback or "this network". Documentation ranges count as public, as they stand for such.
[[nodiscard]] bool is_public_ipv4(const api::IpAddress& address);

/// True for fe80::/10 and 169.254.0.0/16.
[[nodiscard]] bool is_link_local(const api::IpAddress& address);

}  // namespace egret::control
