// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace egret::control {

void add_counters(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("counters", "What became of packets, drops by reason");
    auto options = std::make_shared<DaemonCommand>();
    add_show_options(*command, *options);
    command->callback([options, &streams, &result] {
        result = show_records(*options, streams, Json{{"command", "counters"}}, counters_view);
    });
}

}  // namespace egret::control
