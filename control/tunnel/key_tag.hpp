// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/secret.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>

namespace egret::control {

/// Names the keys a session came from, without telling them: 64 bits of BLAKE2s over a domain
/// string and the three keys. The dataplane keeps it with the session and gives it back, so that a
/// control process that did not make the session can tell whether its keys are still good.
[[nodiscard]] uint64_t key_tag(
    const crypto::PublicKey& own,
    const crypto::PublicKey& peer,
    const crypto::PresharedKey& preshared
) noexcept;

}  // namespace egret::control
