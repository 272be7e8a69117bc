// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace egret::test {

/// A country database in MaxMind's format, version 2.0, as small as one can be: a tree of IPv6 with
/// IPv4 below ::/96, and one record per country. Networks are written as prefixes, longer ones
/// behind those that hold them; a country of "" is a record without one.
std::string country_database(
    const std::vector<std::pair<std::string_view, std::string_view>>& networks
);

}  // namespace egret::test
