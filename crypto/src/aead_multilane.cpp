// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/aead.hpp>

namespace egret::crypto {

std::span<const AeadBackend* const> multilane_backends() noexcept {
    return {};
}

}  // namespace egret::crypto
