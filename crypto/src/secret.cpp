// SPDX-License-Identifier: Apache-2.0
#include "sodium_bytes.hpp"

#include <egret/crypto/secret.hpp>

#include <sodium.h>

namespace egret::crypto {

void wipe(ByteSpan bytes) noexcept {
    sodium_memzero(bytes.data(), bytes.size());
}

bool equal_in_constant_time(ByteView a, ByteView b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_zero_in_constant_time(ByteView bytes) noexcept {
    return sodium_is_zero(uchars(bytes), bytes.size()) == 1;
}

}  // namespace egret::crypto
