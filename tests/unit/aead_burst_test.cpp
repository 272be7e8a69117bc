// SPDX-License-Identifier: Apache-2.0
#include "aead_checks.hpp"
#include "suites.hpp"
#include "vectors.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/cipher.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::crypto_backends;

namespace {

std::string sealed_hex(Suite suite, uint64_t counter) {
    const Secret<kAeadKeySize> key;
    test::Bytes sealed(16 + kAeadTagSize);
    seal_message({suite, key, nonce_of(suite, counter), {}}, test::Bytes(16), sealed);
    return test::to_hex(sealed);
}

struct AeadBurstTests : Utest {};

}  // namespace

TEST_GROUP_BASE(AeadBurst, AeadBurstTests){};

TEST(AeadBurst, EveryBackendAgreesWithTheVectors) {
    for (const AeadBackend* backend : crypto_backends()) {
        test::check_vectors(*backend, false);
    }
}

TEST(AeadBurst, OneForgedMessageFailsAlone) {
    for (const AeadBackend* backend : crypto_backends()) {
        test::check_forgeries(*backend);
    }
}

TEST(AeadBurst, EmptyMessagesAreATagAloneAndLessIsRefused) {
    for (const AeadBackend* backend : crypto_backends()) {
        test::check_shortest_messages(*backend);
    }
}

// A counter of 32 bits, or one written the other way round, would give the same ciphertext for
// some of these.
TEST(AeadBurst, EveryByteOfTheCounterEntersTheNonce) {
    for (const Suite suite : test::suites_here()) {
        std::vector<std::string> seen{sealed_hex(suite, 0)};
        for (unsigned byte = 0; byte < 8; ++byte) {
            seen.push_back(sealed_hex(suite, uint64_t{1} << (8 * byte)));
        }
        std::sort(seen.begin(), seen.end());
        CHECK_TRUE(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    }
}

TEST(AeadBurst, NoncesAreWrittenAsEachSuiteSays) {
    const Nonce chacha = nonce_of(Suite::wireguard, 0x0102030405060708);
    const Nonce gcm = nonce_of(Suite::aes256gcm, 0x0102030405060708);
    CHECK_TRUE((chacha == Nonce{0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1}));
    CHECK_TRUE((gcm == Nonce{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

}  // namespace egret::crypto
