// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/config/tree.hpp"

namespace egret::control {

/// Holds a parsed document against the schema: unknown and missing keys, types, ranges, choices,
/// keys of the other role, keys whose feature comes later. What is wrong is marked
/// `Value::is_broken` and left for readers to pass over, so that one mistake is reported once.
void validate(Value& document, Findings& findings);

}  // namespace egret::control
