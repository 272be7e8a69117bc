// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/daemon_command.hpp"

namespace egret::control {

/// Adds `reconcile` below `signins`.
void add_reconcile(CLI::App& signins, const Streams& streams, ExitCode& result);

}  // namespace egret::control
