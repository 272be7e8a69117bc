// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_guard.hpp"

#include "control/lists/prefix_set.hpp"

#include <cmath>
#include <cstdint>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr uint8_t kShortestIpv4 = 8;
constexpr uint8_t kShortestIpv6 = 19;

}  // namespace

std::string guard_complaint(const List& list) {
    std::vector<api::Prefix> ipv4;
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
        if (is_ipv4) {
            ipv4.push_back(entry.prefix);
        }
    }
    const double most_ipv4 = std::ldexp(1.0, 32 - 4);
    if (PrefixSet(std::move(ipv4)).size(api::Family::ipv4) > most_ipv4) {
        return "covers more than a sixteenth of all IPv4 addresses: no list is believed about so "
               "much";
    }
    return {};
}

}  // namespace egret::control
