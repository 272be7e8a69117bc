// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/segments/import_segments.hpp"

#include <egret/api/tables.hpp>

#include <string>

namespace egret::control {

/// Lists, segments and, for a branch, rules as TOML that `egret check` accepts in a configuration
/// with the groups the rules name. An edge gets what comes through tunnels, and no rules.
[[nodiscard]] std::string toml_of(const SegmentImport& import, api::Role role);

}  // namespace egret::control
