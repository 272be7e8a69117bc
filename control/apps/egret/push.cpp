// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <ostream>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    std::string file;
    bool dry_run = false;
};

/// As `egret check` prints them (control/config/finding.hpp), out of what egretd found.
void print_findings(std::ostream& err, const Json& findings) {
    for (const Json& finding : findings) {
        std::string line = finding.value("file", std::string());
        for (const char* place : {"line", "column"}) {
            if (member(finding, place).is_number()) {
                line += ":" + member(finding, place).dump();
            }
        }
        const std::string severity = finding.value("severity", std::string());
        line += severity == "error" ? ": " : ": " + severity + ": ";
        if (member(finding, "key").is_string()) {
            line += member(finding, "key").get<std::string>() + ": ";
        }
        err << line << finding.value("message", std::string()) << '\n';
    }
}

tl::expected<Json, std::string> push(const Options& options) {
    const auto toml = read_file(options.file, kMaxConfigBytes);
    if (!toml) {
        return tl::unexpected(options.file + ": " + toml.error());
    }
    auto client = OperatorClient::connect(options.run_directory);
    if (!client) {
        return tl::unexpected(client.error());
    }
    const Json request{
        {"command", "push"},
        {"name", options.file},
        {"toml", *toml},
        {"dry_run", options.dry_run},
    };
    return client->request(request, [](const Json&) {});
}

ExitCode run(const Options& options, const Streams& streams) {
    const auto answer = push(options);
    if (!answer) {
        streams.err << "egret push: " << answer.error() << '\n';
        return ExitCode::refused;
    }
    const bool is_accepted = member(*answer, "ok") == true;
    if (options.json) {
        streams.out << line_of(*answer) << '\n';
        return is_accepted ? ExitCode::done : ExitCode::refused;
    }
    print_findings(streams.err, member(*answer, "findings"));
    const std::string message = answer->value("message", std::string());
    if (is_accepted) {
        streams.out << message << '\n';
        return ExitCode::done;
    }
    streams.err << "egret push: refused: " << message << '\n';
    return ExitCode::refused;
}

}  // namespace

void add_push(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("push", "Make a configuration the node's next generation");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "The configuration")->required();
    command->add_flag("--dry-run", options->dry_run, "Check everything, change nothing");
    command->add_flag("--json", options->json, "One JSON object on stdout");
    add_run_directory(*command, *options);
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
