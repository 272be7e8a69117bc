// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"

namespace egret::control {

/// Everything about a configuration that no single key shows: names that must be unique or refer to
/// something, peers that contradict each other, sizes, and what would silently not work.
void cross_check(const Config& config, Findings& findings);

// Its parts, one file each.
void check_names(const Config& config, Findings& findings);
void check_references(const Config& config, Findings& findings);
void check_ports(const Config& config, Findings& findings);
void check_peers(const Config& config, Findings& findings);
void check_restore(const Config& config, Findings& findings);
void check_lists(const Config& config, Findings& findings);

/// What is allowed and yet does not do what one might expect. Asked of right configurations only:
/// in a wrong one the expectation may be the mistake.
void warn_of_effects(const Config& config, Findings& findings);

/// Its part about IP families: rules that let a client mix them, or take one that cannot work.
void warn_of_families(const Config& config, Findings& findings);

}  // namespace egret::control
