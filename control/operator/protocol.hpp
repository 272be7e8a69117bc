// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/prescan.hpp"

#include <cstddef>

/// What `egret` and `egretd` say to each other: a stream socket, lines of JSON.
///
///     request   {"command": "flows", "limit": 100}
///     answer    {"record": {...}}            any number of times
///               {"ok": true, ...}            or {"ok": false, "message": "one sentence", ...}, which ends the answer
///
/// A connection takes one request after another; the next is read when the one before is answered. `capture` comes with a
/// descriptor (SCM_RIGHTS). `signins` with "follow" is not answered to its end: records come until either side goes. Root, the daemon's own user
/// and the groups of [control] are answered; what each may is in OperatorCommands' table.
namespace egret::control {

/// Name of the socket in the run directory.
inline constexpr const char* kOperatorSocket = "control.sock";

/// Room for the largest configuration as a JSON string, in which a line's end or a quote takes two bytes, and its signature.
inline constexpr size_t kMaxRequestBytes = 2 * kMaxConfigBytes + 64 * 1024;

}  // namespace egret::control
