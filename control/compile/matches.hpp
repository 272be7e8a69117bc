// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/atoms.hpp"
#include "control/compile/flatten.hpp"
#include "control/config/config.hpp"

#include <egret/api/tables.hpp>

namespace egret::control {

/// Writes Tables::sets and Tables::matches: for every set of addresses what a packet to it can
/// match, at a branch in file order of rules, at an edge in file order of segments.
void add_destination_sets(
    const Config& config,
    const AtomTable& atoms,
    const std::vector<Flattened::Set>& sets,
    api::Tables& tables
);

}  // namespace egret::control
