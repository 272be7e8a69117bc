// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/lists_node.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace egret::control {
namespace {

void add_update(CLI::App& lists, const Streams& streams, ExitCode& result) {
    CLI::App* command = lists.add_subcommand("update", "Look for new versions, now");
    auto options = std::make_shared<ListsOptions>();
    auto update = std::make_shared<ListsUpdate>();
    add_lists_options(*command, *options);
    command->add_option("NAME", options->names, "Lists; all with a source if none is named");
    command->add_flag(
        "--force",
        update->force,
        "Accept a version that loses more than max_shrink, or was taken back"
    );
    command->add_option("--timeout", update->timeout_s, "Seconds one download may take")
        ->check(CLI::Range(1.0, 3600.0))
        ->capture_default_str();
    command
        ->add_flag("--previous", update->previous, "Back to the copy before, of the lists named");
    command->callback([options, update, &streams, &result] {
        result = update_lists(*options, *update, streams);
    });
}

void add_show(CLI::App& lists, const Streams& streams, ExitCode& result) {
    CLI::App* command = lists.add_subcommand("show", "Lists, their versions and where from");
    auto options = std::make_shared<ListsOptions>();
    add_lists_options(*command, *options);
    command->add_option("NAME", options->names, "One list: its entries and the part of each")
        ->expected(0, 1);
    command->callback([options, &streams, &result] { result = show_lists(*options, streams); });
}

void add_accept(CLI::App& lists, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        lists.add_subcommand("accept", "Use new entries a list with new_entries = \"hold\" holds");
    auto options = std::make_shared<ListsOptions>();
    auto name = std::make_shared<std::string>();
    auto entries = std::make_shared<std::vector<std::string>>();
    add_lists_options(*command, *options);
    command->add_option("NAME", *name, "The list")->required();
    command->add_option(
        "ENTRY",
        *entries,
        "Prefixes and names, as `egret lists diff` shows them; all that are held if none is given"
    );
    command->callback([options, name, entries, &streams, &result] {
        options->names = {*name};
        result = accept_lists(*options, *entries, streams);
    });
}

void add_check_verb(CLI::App& lists, const Streams& streams, ExitCode& result) {
    CLI::App* command = lists.add_subcommand("check", "Read lists and say what is wrong with them");
    auto options = std::make_shared<ListsOptions>();
    add_lists_options(*command, *options);
    command->add_option("NAME", options->names, "Lists; all with a source if none is named");
    command->callback([options, &streams, &result] { result = check_lists_now(*options, streams); }
    );
}

void add_diff_of_lists(CLI::App& lists, const Streams& streams, ExitCode& result) {
    CLI::App* command = lists.add_subcommand(
        "diff",
        "What a list lost and gained: its last copy against the one before or its file, or two "
        "files"
    );
    auto options = std::make_shared<ListsOptions>();
    auto name = std::make_shared<std::string>();
    auto files = std::make_shared<std::vector<std::string>>();
    add_lists_options(*command, *options);
    command->add_option("NAME", *name, "The list")->required();
    command->add_option("OLD NEW", *files, "Two files, read as this list's source")->expected(0, 2);
    command->callback([options, name, files, &streams, &result] {
        options->names = {*name};
        result = diff_lists(*options, *files, streams);
    });
}

}  // namespace

void add_lists(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("lists", "Destinations and where they come from");
    command->require_subcommand(1);
    add_update(*command, streams, result);
    add_accept(*command, streams, result);
    add_show(*command, streams, result);
    add_check_verb(*command, streams, result);
    add_diff_of_lists(*command, streams, result);
}

}  // namespace egret::control
