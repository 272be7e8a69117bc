// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <cstdint>
#include <vector>

namespace egret::test {

/// A backend that tells what became of the keys it was given and of the counters it was asked to seal with. It encrypts
/// with libsodium. One at a time: `reset` begins anew.
struct CountingBackend {
    /// What happened since `reset`.
    static uint32_t n_prepared;
    static uint32_t n_destroyed;  ///< wiped and freed
    static std::vector<uint64_t> sealed_counters;
    static bool refuses_keys;  ///< true: no key can be prepared

    static void reset();

    /// The keys that are still in use.
    [[nodiscard]] static uint32_t n_living() { return n_prepared - n_destroyed; }

    [[nodiscard]] static const crypto::AeadBackend& of(crypto::Suite suite);
};

}  // namespace egret::test
