// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace egret::control {

/// Reads one configuration file: syntax, keys, types, ranges, references. Lists and key files are
/// not opened.
///
/// Everything wrong is added to `findings`. Nothing is returned if there is no TOML to read; if
/// there are other errors, what is returned is only good for finding more of them. Relative `file:`
/// paths are taken from the folder of `path`. Cold path; touches no state, so any thread may call
/// it.
[[nodiscard]] std::optional<Config>
load_config(const std::filesystem::path& path, Findings& findings);

/// The same for text already in memory; `base` is the folder of relative paths.
[[nodiscard]] std::optional<Config>
parse_config(const std::string& text, const std::filesystem::path& base, Findings& findings);

}  // namespace egret::control
