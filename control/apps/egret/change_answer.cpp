// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/change_answer.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <ostream>

namespace egret::control {
namespace {

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

tl::expected<Json, std::string> send(const DaemonCommand& options, const Json& request) {
    auto client = OperatorClient::connect(options.run_directory);
    if (!client) {
        return tl::unexpected(client.error());
    }
    return client->request(request, [](const Json&) {});
}

}  // namespace

ExitCode change(
    const DaemonCommand& options,
    const Streams& streams,
    std::string_view command,
    const Json& request
) {
    const auto answer = send(options, request);
    if (!answer) {
        streams.err << fmt::format("egret {}: {}\n", command, answer.error());
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
    streams.err << fmt::format("egret {}: refused: {}\n", command, message);
    return ExitCode::refused;
}

void add_change_options(CLI::App& command, DaemonCommand& options) {
    command.add_flag("--json", options.json, "One JSON object on stdout");
    add_run_directory(command, options);
}

}  // namespace egret::control
