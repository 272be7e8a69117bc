// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <cstdio>
#include <vector>

namespace egret::test {

/// True if the reference backend can do `suite` here; otherwise says that the test is skipped. libsodium 1.0.18 has AES-GCM
/// for x86 alone: elsewhere there is nothing to skip.
inline bool suite_or_skip(crypto::Suite suite) {
    const bool available = crypto::sodium_backend(suite).available();
#if defined(__x86_64__)
    if (!available) {
        std::printf("SKIP aes256gcm: libsodium has no AES-GCM on this processor\n");
    }
#endif
    return available;
}

/// The suites tests that cover both run with.
inline std::vector<crypto::Suite> suites_here() {
    std::vector<crypto::Suite> suites{crypto::Suite::wireguard};
    if (suite_or_skip(crypto::Suite::aes256gcm)) {
        suites.push_back(crypto::Suite::aes256gcm);
    }
    return suites;
}

}  // namespace egret::test
