// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/crypto/aead.hpp>
#include <egret/crypto/secret.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <optional>

namespace egret::control {

/// A peer as configured. While keys rotate it has two of a kind, and both work.
struct TunnelPeer {
    uint16_t slot = 0;
    crypto::PublicKey public_key;
    std::optional<crypto::PublicKey> next_public_key{};
    crypto::PresharedKey preshared_key;  ///< all zero: none
    std::optional<crypto::PresharedKey> previous_preshared_key{};
    crypto::Suite suite = crypto::Suite::wireguard;
    api::Endpoint endpoint;  ///< absent where the peer is expected to call
    bool keepalive = false;  ///< a session is to be there also without traffic
};

}  // namespace egret::control
