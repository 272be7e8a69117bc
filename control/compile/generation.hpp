// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/provenance.hpp"
#include "control/compile/secrets.hpp"
#include "control/compile/slot_book.hpp"
#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/lists/entry.hpp"
#include "control/lists/load_lists.hpp"
#include "control/policy/policy_table.hpp"

#include <egret/api/tables.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace egret::control {

/// One complete configuration, ready to run: what operators wrote, what the dataplane is told, and
/// the way back from its indexes to names. Ports, peers, segments and rules have the same index in
/// `config` and `tables`.
struct Generation {
    Config config;
    std::vector<List> lists;  ///< by index of Config::lists
    api::Tables tables;
    Provenance provenance;
    PolicyTable policies;  ///< of `config`, with the country database opened
    Secrets secrets;       ///< of the key files there are; all of them with LoadOptions::needs_keys
};

struct LoadOptions {
    /// A missing key file is an error. Set by whatever runs tunnels; `check` reads only those there
    /// are (contract section 2).
    bool needs_keys = false;
    /// No key file is opened: for questions anybody may ask.
    bool ignores_keys = false;
    /// A key file that is open to others is an error, not a warning.
    bool wants_closed_keys = false;
    /// Where slots are kept from generation to generation; nullptr: peers are numbered in file order.
    SlotBook* slots = nullptr;
    /// What the node's wall clock shows: rules outside their hours are left out of the tables. Nothing
    /// where no clock can be believed (see rules_in_force.hpp).
    std::optional<WallTime> wall_time{};
    /// Where lists are read from.
    ListOptions lists{};
};

/// A configuration that is not in a file, or not yet.
struct ConfigText {
    std::string name;  ///< what findings call it
    std::string toml;
    std::filesystem::path base;  ///< folder that relative `file:` paths are taken from
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

/// The same for text.
[[nodiscard]] LoadResult load_generation(const ConfigText& text, const LoadOptions& options = {});

/// The second half of it, for a configuration that was parsed and checked before: reads its lists and keys and compiles them.
/// Also where the checks found errors, so that all mistakes come at once; nothing comes of it then.
[[nodiscard]] std::optional<Generation>
build_generation(Config config, const LoadOptions& options, Findings& findings);

/// Compiles a checked configuration and its lists. What cannot be expressed in tables (too many
/// sets, say) is an error in `findings` and gives nothing. `slots` as in LoadOptions.
[[nodiscard]] std::optional<api::Tables> compile_tables(
    const Config& config,
    const std::vector<List>& lists,
    Findings& findings,
    SlotBook* slots = nullptr
);

}  // namespace egret::control
