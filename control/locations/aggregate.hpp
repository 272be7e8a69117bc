// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <cstddef>
#include <vector>

/// Fewer prefixes for the same addresses, and where that is not enough, for as few more as possible.
namespace egret::control {

/// The smallest list of prefixes that holds exactly the addresses of `prefixes`: nothing else, each
/// address once. Ascending, IPv4 first; the same for every order of the same input, and for its own
/// result. Cost: a sort.
[[nodiscard]] std::vector<api::Prefix> aggregated(std::vector<api::Prefix> prefixes);

struct Widened {
    std::vector<api::Prefix> prefixes;  ///< ascending; more than asked for if that cannot be had
    double n_added_ipv4 = 0;            ///< addresses that no input had
    double n_added_ipv6 = 0;            ///< the same in sites, which are /48
};

/// At most `max_count` prefixes that hold all addresses of `prefixes`, and others where that needs
/// it: neighbours are joined, those first that add the least, where one IPv6 /48 weighs as much as
/// one IPv4 address. None becomes /8 or shorter in IPv4, /32 or shorter in IPv6.
/// Cost: n log n.
[[nodiscard]] Widened widened(const std::vector<api::Prefix>& prefixes, size_t max_count);

}  // namespace egret::control
