// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <ctime>
#include <ostream>
#include <sstream>
#include <unistd.h>

namespace egret::control {
namespace {

/// Cursor home, clear to the end of the screen (ECMA-48): repainted without flicker.
constexpr const char* kRepaint = "\x1b[H\x1b[J";

void wait_a_second() {
    const timespec second{.tv_sec = 1, .tv_nsec = 0};
    nanosleep(&second, nullptr);
}

tl::expected<std::string, std::string> look_once(const DaemonCommand& options, const Look& look) {
    auto client = OperatorClient::connect(options.run_directory);
    if (!client) {
        return tl::unexpected(client.error());
    }
    std::ostringstream text;
    const auto looked = look(*client, text);
    if (!looked) {
        return tl::unexpected(looked.error());
    }
    return text.str();
}

/// Ends when standard output does, or by a signal.
ExitCode watch(const DaemonCommand& options, const Streams& streams, const Look& look) {
    const bool repaints = !options.json && isatty(STDOUT_FILENO) == 1;
    while (streams.out.good()) {
        const auto text = look_once(options, look);
        streams.out << (repaints ? kRepaint : "");
        if (text) {
            streams.out << *text;
        } else if (repaints) {
            streams.out << text.error() << '\n';
        } else {
            streams.err << "egret: " << text.error() << '\n';
        }
        streams.out.flush();
        wait_a_second();
    }
    return ExitCode::done;
}

}  // namespace

void add_run_directory(CLI::App& command, DaemonCommand& options) {
    command.add_option("--run-dir", options.run_directory, "Where egretd's sockets are")
        ->capture_default_str();
}

void add_show_options(CLI::App& command, DaemonCommand& options) {
    add_run_directory(command, options);
    command.add_flag("--json", options.json, "JSON on stdout, one object a line");
    command.add_flag("--watch", options.watch, "Again and again, about once a second");
}

tl::expected<Records, std::string> ask(OperatorClient& client, const Json& request) {
    Records records;
    const auto last =
        client.request(request, [&](const Json& record) { records.push_back(record); });
    if (!last) {
        return tl::unexpected(last.error());
    }
    if (member(*last, "ok") != true) {
        return tl::unexpected(last->value("message", std::string("egretd refused without a reason"))
        );
    }
    return records;
}

ExitCode show(const DaemonCommand& options, const Streams& streams, const Look& look) {
    if (options.watch) {
        return watch(options, streams, look);
    }
    const auto text = look_once(options, look);
    if (!text) {
        streams.err << "egret: " << text.error() << '\n';
        return ExitCode::refused;
    }
    streams.out << *text;
    return ExitCode::done;
}

ExitCode show_records(
    const DaemonCommand& options,
    const Streams& streams,
    const Json& request,
    const std::function<std::string(const Records&)>& view
) {
    const auto look = [&](OperatorClient& client,
                          std::ostream& out) -> tl::expected<void, std::string> {
        const auto records = ask(client, request);
        if (!records) {
            return tl::unexpected(records.error());
        }
        if (!options.json) {
            out << view(*records);
        }
        for (size_t i = 0; options.json && i < records->size(); ++i) {
            out << line_of((*records)[i]) << '\n';
        }
        return {};
    };
    return show(options, streams, look);
}

}  // namespace egret::control
