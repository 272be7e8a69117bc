// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    bool mixed = false;
};

}  // namespace

void add_clients(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand(
        "clients",
        "A branch's clients: by which addresses and families their identity traffic leaves"
    );
    auto options = std::make_shared<Options>();
    add_show_options(*command, *options);
    command->add_flag("--mixed", options->mixed, "Only those who mix families or origins");
    command->callback([options, &streams, &result] {
        result = show_records(
            *options,
            streams,
            Json{{"command", "clients"}, {"mixed", options->mixed}},
            clients_view
        );
    });
}

}  // namespace egret::control
