// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/lists/entry.hpp"

#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace egret::control {

/// Reads what a list's source gave: by its format, of what `select` asks for, not empty, and within
/// what a list is believed about (list_guard.hpp). What is wrong or remarkable is added to `findings`
/// at the place of `source`; nothing after an error.
[[nodiscard]] std::optional<List>
read_list(const ListSection& section, const std::string& text, Findings& findings);

/// The same for a caller who wants one clause about what is wrong, without the source, rather than
/// findings.
[[nodiscard]] tl::expected<List, std::string>
read_list(const ListSection& section, const std::string& text);

}  // namespace egret::control
