// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/lookup.hpp"

namespace egret::control {

/// look_up for a name: the first rule (at an edge: segment) in file order whose lists hold it with
/// the protocol and port asked for; `source` is the most specific entry within it.
[[nodiscard]] LookupResult look_up_name(const Generation& generation, const LookupQuery& query);

}  // namespace egret::control
