// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace egret::control {

void add_status(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("status", "How the node is, and what is wrong");
    auto options = std::make_shared<DaemonCommand>();
    add_show_options(*command, *options);
    command->callback([options, &streams, &result] {
        result = show_records(*options, streams, Json{{"command", "status"}}, status_view);
    });
}

}  // namespace egret::control
