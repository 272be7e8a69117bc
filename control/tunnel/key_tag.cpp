// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/key_tag.hpp"

#include <egret/crypto/blake2s.hpp>
#include <egret/crypto/bytes.hpp>

#include <array>
#include <string_view>

namespace egret::control {

uint64_t key_tag(
    const crypto::PublicKey& own,
    const crypto::PublicKey& peer,
    const crypto::PresharedKey& preshared
) noexcept {
    static constexpr std::string_view kDomain = "Egret v1 session key tag";
    std::array<std::byte, sizeof(uint64_t)> tag{};
    crypto::blake2s({}, {crypto::bytes_of(kDomain), own.bytes, peer.bytes, preshared.bytes()}, tag);
    return crypto::load_le<uint64_t>(tag);
}

}  // namespace egret::control
