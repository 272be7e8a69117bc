// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    bool audit = false;
    uint32_t limit = 100;
    std::optional<uint64_t> toml;  ///< the generation whose text is wanted
};

/// The text itself, so that it can be kept, changed and pushed again.
ExitCode print_toml(const Options& options, const Streams& streams) {
    const Json request{{"command", "generation"}, {"generation", *options.toml}};
    return show_records(options, streams, request, [](const Records& records) {
        return records.empty() ? std::string() : records.front().value("toml", std::string());
    });
}

ExitCode run(const Options& options, const Streams& streams) {
    if (options.toml) {
        return print_toml(options, streams);
    }
    if (options.audit) {
        const Json request{{"command", "audit"}, {"limit", options.limit}};
        return show_records(options, streams, request, audit_view);
    }
    return show_records(options, streams, Json{{"command", "history"}}, history_view);
}

}  // namespace

void add_history(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("history", "Which generations ran, since when, by whom, and their end");
    auto options = std::make_shared<Options>();
    CLI::Option* audit =
        command->add_flag("--audit", options->audit, "Every command instead, the refused too");
    command->add_option("--limit", options->limit, "At most so many commands")
        ->check(CLI::Range(1, 20'000))
        ->needs(audit);
    command->add_option("--toml", options->toml, "The text of this generation instead")
        ->excludes(audit);
    add_show_options(*command, *options);
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
