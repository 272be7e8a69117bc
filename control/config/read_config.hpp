// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/config/table_reader.hpp"
#include "control/config/tree.hpp"

#include <filesystem>

namespace egret::control {

/// Fills the model from a validated document: defaults and resolved paths, no references yet.
/// Mistakes that concern several keys of one section are added to `findings`.
[[nodiscard]] Config
read_config(const Value& document, const std::filesystem::path& base, Findings& findings);

// The sections, by theme; each is one of the files read_*.cpp.
void read_node_sections(const TableReader& document, Config& config, Findings& findings);
void read_peers(const TableReader& document, Config& config, Findings& findings);
void read_list_sections(const TableReader& document, Config& config, Findings& findings);
void read_traffic_sections(const TableReader& document, Config& config, Findings& findings);
void read_policy_sections(const TableReader& document, Config& config, Findings& findings);

}  // namespace egret::control
