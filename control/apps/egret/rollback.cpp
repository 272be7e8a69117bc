// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/change_answer.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    std::optional<uint64_t> generation;
};

}  // namespace

void add_rollback(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("rollback", "Bring back a generation that ran before; egret history");
    auto options = std::make_shared<Options>();
    command->add_option("GENERATION", options->generation, "Which; by default the one before");
    add_change_options(*command, *options);
    command->callback([options, &streams, &result] {
        Json request{{"command", "rollback"}};
        if (options->generation) {
            request["generation"] = *options->generation;
        }
        result = change(*options, streams, "rollback", request);
    });
}

}  // namespace egret::control
