// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_guard.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr uint8_t kShortestIpv4 = 8;
constexpr uint8_t kShortestIpv6 = 19;
constexpr uint64_t kMostIpv4 = (uint64_t{1} << 32) / 16;

/// Addresses the IPv4 prefixes cover, each counted once.
uint64_t covered_ipv4(const List& list) {
    std::vector<api::Prefix> prefixes;
    for (const PrefixEntry& entry : list.prefixes) {
        if (entry.prefix.address.family == api::Family::ipv4) {
            prefixes.push_back(entry.prefix);
        }
    }
    std::ranges::sort(prefixes);
    uint64_t covered = 0;
    const api::Prefix* last = nullptr;
    for (const api::Prefix& prefix : prefixes) {
        if (last == nullptr || !api::covers(*last, prefix)) {
            covered += uint64_t{1} << (32 - prefix.length);
            last = &prefix;
        }
    }
    return covered;
}

}  // namespace

std::string guard_complaint(const List& list) {
    for (const PrefixEntry& entry : list.prefixes) {
        const bool is_ipv4 = entry.prefix.address.family == api::Family::ipv4;
        const uint8_t shortest = is_ipv4 ? kShortestIpv4 : kShortestIpv6;
        if (entry.prefix.length < shortest) {
            return fmt::format(
                "{} is shorter than /{}: no list is believed about so much",
                api::to_text(entry.prefix),
                shortest
            );
        }
    }
    if (covered_ipv4(list) > kMostIpv4) {
        return "covers more than a sixteenth of all IPv4 addresses: no list is believed about so "
               "much";
    }
    return {};
}

}  // namespace egret::control
