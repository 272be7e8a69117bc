// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/locations/location_book.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Microsoft Graph's JSON of named locations and Conditional Access policies, as the API answers
/// and as people paste it: a list response (`{"value": [...]}`), an array, or one object.
namespace egret::control {

/// Larger files are refused; 195 locations of 2,000 ranges have 40 MiB as Graph indents them.
inline constexpr size_t kMaxGraphBytes = size_t{64} << 20;

struct GraphText {
    std::string name;  ///< what findings call it
    std::string text;
};

/// Reads files that belong together: policies in one may name locations of another by their ids.
///
/// Host bits are cleared and IPv6 is made canonical, with a note; IPv4-mapped IPv6 ranges become
/// IPv4. What has an unknown `@odata.type` is named in a warning and kept out. Errors (a range that
/// is none, a location id that no file explains): the book is then not to be used. Names are made
/// unique and fit for a configuration. `findings` gets one entry per file in the order of `texts`.
/// Cost: linear. No exceptions; nesting is bounded.
[[nodiscard]] LocationBook
read_graph(const std::vector<GraphText>& texts, std::vector<Finding>& findings);

/// The id Graph lists the MFA trusted IPs under, as far as anybody has written down.
inline constexpr std::string_view kMfaTrustedId = "00000000-0000-0000-0000-000000000000";

}  // namespace egret::control
