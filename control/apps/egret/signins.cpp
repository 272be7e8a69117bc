// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"
#include "control/apps/egret/reconcile.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

namespace egret::control {
namespace {

/// egretd gives no more than this.
constexpr uint32_t kMaxLimit = 1000;

struct Options : DaemonCommand {
    uint32_t limit = 1000;
    bool follow = false;
};

/// Prints records as they come; ends when egretd goes away, or by a signal.
ExitCode follow(const Options& options, const Streams& streams) {
    auto client = OperatorClient::connect(options.run_directory);
    if (!client) {
        streams.err << "egret: " << client.error() << '\n';
        return ExitCode::refused;
    }
    const Json request{{"command", "signins"}, {"limit", options.limit}, {"follow", true}};
    const auto end = client->request(request, [&](const Json& record) {
        streams.out << (options.json ? line_of(record) + "\n" : sign_in_row(record));
        streams.out.flush();
    });
    streams.err << "egret: "
                << (end ? end->value("message", std::string("egretd ended the stream"))
                        : end.error())
                << '\n';
    return ExitCode::refused;
}

}  // namespace

void add_signins(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("signins", "The newest sign-ins of an edge");
    auto options = std::make_shared<Options>();
    add_show_options(*command, *options);
    command->add_option("--limit", options->limit, "Records at most")
        ->check(CLI::Range(uint32_t{1}, kMaxLimit))
        ->capture_default_str();
    command->add_flag("--follow", options->follow, "Go on with sign-ins as they come");
    CLI::App* parent = command;
    add_reconcile(*command, streams, result);
    command->callback([options, parent, &streams, &result] {
        if (!parent->get_subcommands().empty()) {
            return;
        }
        if (options->follow) {
            result = follow(*options, streams);
            return;
        }
        const Json request{{"command", "signins"}, {"limit", options->limit}};
        result = show_records(*options, streams, request, sign_ins_view);
    });
}

}  // namespace egret::control
