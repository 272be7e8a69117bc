// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

namespace egret::control {
namespace {

/// Ports as lines of JSON, each with the neighbours on its side.
void print_json(std::ostream& out, const Records& ports, const Records& neighbours) {
    for (Json port : ports) {
        Json beside = Json::array();
        for (const Json& neighbour : neighbours) {
            if (member(neighbour, "side") == member(port, "side")) {
                beside.push_back(neighbour);
            }
        }
        port["neighbours"] = beside;
        out << line_of(port) << '\n';
    }
}

ExitCode run(const DaemonCommand& options, const Streams& streams) {
    const auto look = [&](OperatorClient& client,
                          std::ostream& out) -> tl::expected<void, std::string> {
        const auto ports = ask(client, Json{{"command", "ports"}});
        if (!ports) {
            return tl::unexpected(ports.error());
        }
        const auto neighbours = ask(client, Json{{"command", "neighbours"}});
        if (!neighbours) {
            return tl::unexpected(neighbours.error());
        }
        if (options.json) {
            print_json(out, *ports, *neighbours);
        } else {
            out << ports_view(*ports, *neighbours);
        }
        return {};
    };
    return show(options, streams, look);
}

}  // namespace

void add_ports(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("ports", "Each port and who is reached by it");
    auto options = std::make_shared<DaemonCommand>();
    add_show_options(*command, *options);
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
