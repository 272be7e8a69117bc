// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <string>

namespace egret::control {

/// The lines of a debug key log for one handshake, as Wireshark's WireGuard decoder reads them: what the handshake is between,
/// then its own keys. While keys rotate both of a kind stand there, as either may be used.
///
/// These are secrets: with them recorded traffic can be read. Empty if the generation has no peer in that slot.
[[nodiscard]] std::string
key_log_lines(const Generation& generation, uint16_t slot, const crypto::PrivateKey& ephemeral);

}  // namespace egret::control
