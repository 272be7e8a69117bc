// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/daemon_command.hpp"

#include <string>
#include <string_view>

/// What the commands that change a node have in common.
namespace egret::control {

/// Sends `request` and prints how it ended: findings on standard error as `egret check` prints them, then one sentence; with
/// --json the last line of the answer. `command` is what the operator typed, for complaints.
ExitCode change(
    const DaemonCommand& options,
    const Streams& streams,
    std::string_view command,
    const Json& request
);

/// Adds --run-dir and --json.
void add_change_options(CLI::App& command, DaemonCommand& options);

}  // namespace egret::control
