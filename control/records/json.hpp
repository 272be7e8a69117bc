// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/policy/what_if.hpp"
#include "control/records/time.hpp"

#include <egret/api/address.hpp>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

/// The conventions of contract section 6, shared by every record: absent is null, addresses are
/// canonical text, times are RFC 3339 in UTC with nanoseconds.
namespace egret::control {

/// Keeps fields in the order in which they are written, which is the contract's.
using Json = nlohmann::ordered_json;

/// "tcp", "udp", "icmp", "icmpv6" or the number.
[[nodiscard]] Json protocol_json(uint8_t protocol);

/// Null for no address.
[[nodiscard]] Json address_json(const api::IpAddress& address);

/// Null for an empty text.
[[nodiscard]] Json text_json(std::string_view text);

[[nodiscard]] Json locations_json(const std::vector<NetworkLocation>& locations);

/// "block", or the list of demanded controls.
[[nodiscard]] Json outcome_json(const Outcome& outcome);

/// The `what-if` record.
[[nodiscard]] Json what_if_json(const WhatIf& what_if);

/// One line without the newline. Bytes that are no UTF-8 (server names come from packets) are
/// replaced, never refused.
[[nodiscard]] std::string line_of(const Json& record);

}  // namespace egret::control
