// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <egret/api/address.hpp>
#include <egret/api/tables.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace egret::control {

/// Where a packet wants to go: an address, or a name that is looked up in domains only.
struct LookupDestination {
    api::IpAddress address;  ///< absent: by name
    std::string name;        ///< lower case
    uint16_t port = 443;
};

/// Reads `ADDRESS`, `ADDRESS:PORT`, `[IPV6]`, `[IPV6]:PORT`, `NAME` or `NAME:PORT`; nothing if it
/// is none of them.
[[nodiscard]] std::optional<LookupDestination> parse_destination(std::string_view text);

struct LookupQuery {
    LookupDestination destination;
    uint8_t protocol = 6;  ///< 6 TCP, 17 UDP
    api::IpAddress from;   ///< the client; may be absent
};

/// The `lookup` record (contract section 6); indexes are kNone and texts empty where there is none.
struct LookupResult {
    api::Verdict verdict = api::Verdict::direct;
    uint16_t rule = api::kNone;
    uint16_t segment = api::kNone;
    Source source;
    ListOrigin origin;  ///< of the source's list
    std::string confidence;
    std::string reason;  ///< a sentence
};

/// What the node would do with a first packet, untagged and with code point 0, and why. By address
/// it asks the classifier itself; an edge answers for a peer that may reach every segment. By name
/// it says what the lists' domains mean, although names do not choose yet.
[[nodiscard]] LookupResult look_up(const Generation& generation, const LookupQuery& query);

}  // namespace egret::control
