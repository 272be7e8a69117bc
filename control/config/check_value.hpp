// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/schema.hpp"
#include "control/config/tree.hpp"

#include <optional>
#include <string>

namespace egret::control {

/// What is wrong with one value (an element, if `key` takes a list); nothing if it is right.
[[nodiscard]] std::optional<std::string> complaint_about(const Key& key, const Value& value);

/// What to remark on a value that is right, e.g. that its host bits are cleared.
[[nodiscard]] std::optional<std::string> remark_on(const Key& key, const Value& value);

}  // namespace egret::control
