// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/daemon_command.hpp"
#include "control/compile/generation.hpp"
#include "control/config/config.hpp"
#include "control/lists/list_store.hpp"

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

/// What the verbs of `egret lists` have in common: whose lists they are about.
namespace egret::control {

struct ListsOptions : DaemonCommand {
    std::string config;           ///< empty: the running configuration of the state directory
    std::string state_directory;  ///< empty: no copies
    std::vector<std::string> names;

    /// Files instead of the egretd that runs.
    [[nodiscard]] bool is_offline() const noexcept {
        return !config.empty() || !state_directory.empty();
    }
};

/// A configuration and the copies of its lists, without an egretd.
struct ListsNode {
    Config config;
    std::optional<ListStore> store;  ///< of the state directory, if one was given
    uint64_t now_ns = 0;

    [[nodiscard]] ListOptions list_options() const noexcept {
        return {.store = store ? &*store : nullptr, .now_ns = now_ns};
    }
};

/// Reads the configuration. Error: what is wrong with it, one line each.
[[nodiscard]] tl::expected<ListsNode, std::string> read_lists_node(const ListsOptions& options);

/// The lists of these names, all with a source if there are none. Error: one sentence.
[[nodiscard]] tl::expected<std::vector<const ListSection*>, std::string>
chosen_lists(const Config& config, const std::vector<std::string>& names);

/// The list as the node would use it: its last good copy, or its file. Error: one clause.
[[nodiscard]] tl::expected<List, std::string>
usable_list(const ListsNode& node, const ListSection& section);

/// Refused while an egretd has this state directory: two would write the same copies.
[[nodiscard]] tl::expected<void, std::string> check_nobody_uses(const std::string& state_directory);

/// Adds --config, --state-dir, --run-dir and --json.
void add_lists_options(CLI::App& command, ListsOptions& options);

// The verbs, each in a file of its own.
struct ListsUpdate {
    bool force = false;
    bool previous = false;
    double timeout_s = 300;
};

ExitCode
update_lists(const ListsOptions& options, const ListsUpdate& update, const Streams& streams);
ExitCode accept_lists(
    const ListsOptions& options,
    const std::vector<std::string>& entries,
    const Streams& streams
);
ExitCode show_lists(const ListsOptions& options, const Streams& streams);
ExitCode check_lists_now(const ListsOptions& options, const Streams& streams);
ExitCode diff_lists(
    const ListsOptions& options,
    const std::vector<std::string>& files,
    const Streams& streams
);

}  // namespace egret::control
