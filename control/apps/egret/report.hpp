// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"

#include <ostream>
#include <vector>

namespace egret::control {

/// Prints findings of at least that severity, one line each.
void print_findings(std::ostream& out, const std::vector<Finding>& findings, Severity least);

}  // namespace egret::control
