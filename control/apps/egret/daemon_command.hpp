// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/commands.hpp"
#include "control/operator/client.hpp"
#include "control/operator/views.hpp"

#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

/// What the commands that ask egretd have in common.
namespace egret::control {

struct DaemonCommand {
    std::string run_directory = "/run/egret";
    bool json = false;
    bool watch = false;
};

/// Adds --run-dir.
void add_run_directory(CLI::App& command, DaemonCommand& options);

/// Adds --run-dir, --json and --watch.
void add_show_options(CLI::App& command, DaemonCommand& options);

/// The records of one answer. Error: one sentence, egretd's own where it refused.
[[nodiscard]] tl::expected<Records, std::string> ask(OperatorClient& client, const Json& request);

/// One look at the node. Error: one sentence.
using Look =
    std::function<tl::expected<void, std::string>(OperatorClient& client, std::ostream& out)>;

/// Connects and looks once, or with --watch about once a second until interrupted, clearing the screen of a terminal in
/// between; an egretd that goes away is waited for.
ExitCode show(const DaemonCommand& options, const Streams& streams, const Look& look);

/// The look of most commands: asks `request`, prints each record as a line of JSON or all of them as `view` has it.
ExitCode show_records(
    const DaemonCommand& options,
    const Streams& streams,
    const Json& request,
    const std::function<std::string(const Records&)>& view
);

}  // namespace egret::control
