// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/port_set.hpp"

#include <egret/api/address.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace egret::control {

/// When a client of Zscaler's goes past Private Access. What its console calls "use client
/// forwarding policy" is `never`.
enum class Bypass : uint8_t { never, on_net, always };

struct ServerGroup {
    std::string name;    ///< its id where no file says the name
    bool named = false;  ///< false: `name` is an id
};

/// One application segment of Zscaler Private Access (domain rows C4 to C6), as far as a
/// configuration can say the same.
struct ApplicationSegment {
    std::string id;
    std::string name;   ///< fit for a configuration and unique
    size_t file = 0;    ///< index of the text it comes from
    std::string place;  ///< how a finding names it, such as `list[3]`
    std::string group;  ///< the segment group's name; empty where no file says it
    std::vector<ServerGroup> server_groups;
    bool is_enabled = true;
    bool is_anchored = false;
    Bypass bypass = Bypass::never;
    std::vector<api::Prefix> prefixes;  ///< sorted, no host bits
    std::vector<std::string> domains;   ///< sorted, lower case
    PortSet ports;

    /// A rule is made of it; of others only their destinations are of interest.
    [[nodiscard]] bool is_wanted() const noexcept {
        return is_enabled && (is_anchored || bypass == Bypass::always);
    }
};

}  // namespace egret::control
