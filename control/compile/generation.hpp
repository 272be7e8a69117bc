// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/provenance.hpp"
#include "control/compile/secrets.hpp"
#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/lists/entry.hpp"

#include <egret/api/tables.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace egret::control {

/// One complete configuration, ready to run: what operators wrote, what the dataplane is told, and the way back from its
/// indexes to names. Ports, peers, segments and rules have the same index in `config` and `tables`.
struct Generation {
    Config config;
    std::vector<List> lists;  ///< by index of Config::lists
    api::Tables tables;
    Provenance provenance;
    Secrets secrets;  ///< empty unless LoadOptions::needs_keys
};

struct LoadOptions {
    /// Fill in Generation::secrets and Tables::public_key: a key file that is missing is an error. Set by whatever runs
    /// tunnels; `check` does not need secret files to exist (contract section 2) and reads only those that do.
    bool needs_keys = false;
};

/// `generation` is present if no finding is an error.
struct LoadResult {
    std::vector<Finding> findings;
    std::optional<Generation> generation;
};

/// Reads a TOML file and its lists and compiles them. All mistakes come at once, sorted by place.
///
/// Cost: 50,000 prefixes take well under a second. Threads: touches no shared state.
[[nodiscard]] LoadResult
load_generation(const std::filesystem::path& path, const LoadOptions& options = {});

/// Compiles a checked configuration and its lists. What cannot be expressed in tables (too many sets, say) is an error in
/// `findings` and gives nothing.
[[nodiscard]] std::optional<api::Tables>
compile_tables(const Config& config, const std::vector<List>& lists, Findings& findings);

}  // namespace egret::control
