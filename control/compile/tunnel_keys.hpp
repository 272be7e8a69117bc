// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/tunnel/own_keys.hpp"
#include "control/tunnel/tunnel_peer.hpp"

#include <vector>

namespace egret::control {

/// The node's own keys as tunnels take them: copies. Loaded with LoadOptions::needs_keys.
[[nodiscard]] OwnKeys own_keys(const Secrets& secrets);

/// The peers of a generation as tunnels take them, with copies of their secrets. Loaded with
/// LoadOptions::needs_keys.
[[nodiscard]] std::vector<TunnelPeer> tunnel_peers(const Generation& generation);

}  // namespace egret::control
