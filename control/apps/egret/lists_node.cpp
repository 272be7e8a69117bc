// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/lists_node.hpp"

#include "control/apps/egret/copies.hpp"
#include "control/config/load.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/take_copy.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>

namespace egret::control {
tl::expected<ListsNode, std::string> read_lists_node(const ListsOptions& options) {
    const std::filesystem::path state = options.state_directory;
    const std::filesystem::path path =
        options.config.empty() ? state / "running.toml" : std::filesystem::path(options.config);
    Findings findings(path.string());
    auto config = load_config(path, findings);
    if (!config || findings.has_errors()) {
        std::string lines;
        for (const Finding& finding : findings.all()) {
            if (finding.severity == Severity::error) {
                lines += (lines.empty() ? "" : "\n") + to_text(finding);
            }
        }
        return tl::unexpected(lines);
    }
    ListsNode node{std::move(*config), std::nullopt, wall_clock_ns()};
    if (!options.state_directory.empty()) {
        std::error_code failure;
        if (!std::filesystem::is_directory(state, failure)) {
            return tl::unexpected("egret: " + state.string() + ": is no folder; make it first");
        }
        node.store.emplace(ListStore::folder_in(state));
    }
    return node;
}

tl::expected<std::vector<const ListSection*>, std::string>
chosen_lists(const Config& config, const std::vector<std::string>& names) {
    std::vector<const ListSection*> chosen;
    for (const ListSection& section : config.lists) {
        if (names.empty() && *section.format != ListFormat::inline_entries) {
            chosen.push_back(&section);
        }
    }
    for (const std::string& name : names) {
        const auto found = std::ranges::find_if(config.lists, [&](const ListSection& section) {
            return *section.name == name;
        });
        if (found == config.lists.end()) {
            return tl::unexpected(fmt::format("egret lists: there is no list \"{}\"", name));
        }
        chosen.push_back(&*found);
    }
    return chosen;
}

tl::expected<List, std::string> usable_list(const ListsNode& node, const ListSection& section) {
    Config alone;
    alone.lists = {section};
    alone.lists.front().minus.clear();
    Findings findings("");
    auto lists = load_lists(alone, findings, node.list_options());
    for (const Finding& finding : findings.all()) {
        if (finding.severity == Severity::error) {
            return tl::unexpected(finding.message);
        }
    }
    return std::move(lists.front());
}

tl::expected<void, std::string> check_nobody_uses(const std::string& state_directory) {
    const std::string path = state_directory + "/lock";
    const api::Descriptor lock(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (lock.open() && flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        return tl::unexpected(fmt::format(
            "{}: an egretd uses it; without --state-dir and --config it is asked to update",
            state_directory
        ));
    }
    return {};
}

void add_lists_options(CLI::App& command, ListsOptions& options) {
    command.add_option("--config", options.config, "A configuration, instead of asking egretd");
    command.add_option(
        "--state-dir",
        options.state_directory,
        "Where copies are kept; without --config also the configuration"
    );
    add_run_directory(command, options);
    command.add_flag("--json", options.json, "JSON on stdout, one object a line");
}

}  // namespace egret::control
