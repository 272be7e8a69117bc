// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <cstdint>

namespace egret {

/// True if `backend` seals what `reference` seals, opens it again, and refuses what was changed without giving it away: a
/// burst of mixed sizes and keys. Both must be available and of one suite.
[[nodiscard]] bool
agrees_with(const crypto::AeadBackend& backend, const crypto::AeadBackend& reference);

/// What sealing and opening take, in cycles of the time stamp counter a packet: the median over some bursts of mixed sizes.
/// 0 if no key can be prepared.
[[nodiscard]] uint64_t cycles_per_packet(const crypto::AeadBackend& backend);

}  // namespace egret
