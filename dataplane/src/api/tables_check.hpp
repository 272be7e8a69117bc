// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/tables.hpp>

#include <string>
#include <tl/expected.hpp>

namespace egret::api {

/// Holds every index and slice of `tables` against the array it points into, and what the packet path relies on without
/// looking again: a port of each side, MTUs with room for headers, slots that differ. Error: one sentence.
[[nodiscard]] tl::expected<void, std::string> check(const Tables& tables);

}  // namespace egret::api
