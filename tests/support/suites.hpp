// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <cstdio>
#include <vector>

namespace egret::test {

/// True if the reference backend can do `suite` here; otherwise says that the test is skipped.
inline bool suite_or_skip(crypto::Suite suite) {
    const bool available = crypto::sodium_backend(suite).available();
    if (!available) {
        std::printf("SKIP aes256gcm: libsodium has no AES-GCM on this processor\n");
    }
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
