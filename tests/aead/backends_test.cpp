// SPDX-License-Identifier: Apache-2.0
#include "aead_checks.hpp"

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::crypto_backends;

TEST_GROUP(Backends)
{};

TEST(Backends, AgreeWithTheVectorsAtEveryPosition) {
    for (const AeadBackend* backend : crypto_backends()) {
        test::check_vectors(*backend, true);
    }
}

TEST(Backends, AgreeOnRandomBursts) {
    for (const AeadBackend* backend : crypto_backends()) {
        test::check_random_bursts(*backend, 200);
    }
}

TEST(Backends, TakeTheLongestMessages) {
    for (const AeadBackend* backend : crypto_backends()) {
        test::check_longest_messages(*backend);
    }
}

}  // namespace egret::crypto
