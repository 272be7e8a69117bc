// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/change_answer.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    uint64_t generation = 0;
};

}  // namespace

void add_confirm(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("confirm", "Keep a generation pushed with --confirm-within");
    auto options = std::make_shared<Options>();
    command->add_option("GENERATION", options->generation, "Only if it is this one");
    add_change_options(*command, *options);
    command->callback([options, &streams, &result] {
        const Json request{{"command", "confirm"}, {"generation", options->generation}};
        result = change(*options, streams, "confirm", request);
    });
}

}  // namespace egret::control
