// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/reconcile/entra_export.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

/// What both logs need: JSON somebody else wrote, which may be anything.
namespace egret::control {

/// A member of an object; nullptr if it is not there or `object` is none.
[[nodiscard]] const nlohmann::json* member_of(const nlohmann::json& object, const char* name);

/// The next line of `text`, without its end, which is taken from it.
[[nodiscard]] std::string_view next_line(std::string_view& text);

/// A document that nests no deeper than logs do; a discarded value if it does or is no JSON. (nlohmann's parser does not recurse,
/// but what frees and copies its values does.)
[[nodiscard]] nlohmann::json parse_shallow(std::string_view text);

/// No address if the text is none; an IPv4-mapped one is IPv4.
[[nodiscard]] api::IpAddress parse_logged_address(std::string_view text);

/// Named locations out of `networkLocationDetails`, sorted, each once: Entra tells a trusted one as trustedNamedLocation and as
/// namedNetwork. Other types (intranet, trusted, ...) name no location.
[[nodiscard]] std::vector<SeenLocation> seen_locations(const nlohmann::json& details);

}  // namespace egret::control
