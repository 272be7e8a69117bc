// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/secret.hpp>

#include <cstdlib>
#include <span>

namespace egret::crypto {

/// Prepared keys live on cache lines of their own: no false sharing, and any alignment is met. Null when out of memory.
template <typename Prepared>
Prepared* allocate_prepared() noexcept {
    constexpr size_t kCacheLine = 64;
    constexpr size_t size = (sizeof(Prepared) + kCacheLine - 1) / kCacheLine * kCacheLine;
    return static_cast<Prepared*>(std::aligned_alloc(kCacheLine, size));
}

/// Wipes and frees what allocate_prepared gave; an AeadBackend's `destroy`.
template <typename Prepared>
void destroy_prepared(void* prepared) noexcept {
    wipe({static_cast<std::byte*>(prepared), sizeof(Prepared)});
    std::free(prepared);
}

}  // namespace egret::crypto
