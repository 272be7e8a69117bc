// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/commands.hpp"

#include <string>

/// The signing half of `egret keys`: minisign key pairs, signatures and their checks, interchangeable with the tool of that
/// name.
namespace egret::control {

/// Writes NAME.key and NAME.pub; neither may be there. A password is asked for unless `is_open`.
ExitCode
generate_signing_keys(const std::string& name, bool is_open, bool json, const Streams& streams);

// The commands sign and verify below `keys`; as in commands.hpp.
void add_keys_sign(CLI::App& keys, const Streams& streams, ExitCode& result);
void add_keys_verify(CLI::App& keys, const Streams& streams, ExitCode& result);

}  // namespace egret::control
