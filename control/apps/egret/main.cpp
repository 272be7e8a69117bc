// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

namespace {

using egret::control::ExitCode;
using egret::control::Streams;

/// All commands, in the order in which help shows them.
constexpr void (*kCommands[])(CLI::App&, const Streams&, ExitCode&) = {
    egret::control::add_replay,   egret::control::add_check,    egret::control::add_lookup,
    egret::control::add_lists,    egret::control::add_what_if,  egret::control::add_locations,
    egret::control::add_segments, egret::control::add_keys,     egret::control::add_trust,
    egret::control::add_push,     egret::control::add_confirm,  egret::control::add_rollback,
    egret::control::add_history,  egret::control::add_diff,     egret::control::add_status,
    egret::control::add_tunnels,  egret::control::add_ports,    egret::control::add_flows,
    egret::control::add_clients,  egret::control::add_counters, egret::control::add_signins,
    egret::control::add_capture,
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Egret: a sign-in looks as if it came from where it really came from.", "egret");
    app.require_subcommand(1);
    const Streams streams{std::cin, std::cout, std::cerr};
    ExitCode result = ExitCode::done;
    try {
        for (const auto add_command : kCommands) {
            add_command(app, streams, result);
        }
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Help is no error to CLI11 and none to us; everything else is wrong usage.
        result = app.exit(error) == 0 ? ExitCode::done : ExitCode::usage;
    } catch (const std::exception& error) {
        std::cerr << "egret: " << error.what() << '\n';
        result = ExitCode::refused;
    }
    return static_cast<int>(result);
}
