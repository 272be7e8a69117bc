// SPDX-License-Identifier: Apache-2.0
#include "suites.hpp"

#include <egret/crypto/aead.hpp>

#include <array>
#include <utility>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

namespace {

/// A backend that only keeps the books.
int n_prepared = 0;
int n_destroyed = 0;
bool out_of_memory = false;
std::array<std::byte, 1> prepared_storage;

void* prepare(std::span<const std::byte, kAeadKeySize> /*key*/) noexcept {
    if (out_of_memory) {
        return nullptr;
    }
    ++n_prepared;
    return prepared_storage.data();
}

void destroy(void* /*prepared*/) noexcept {
    ++n_destroyed;
}

constexpr AeadBackend kCounting{
    .name = "counting",
    .suite = Suite::wireguard,
    .available = []() noexcept { return true; },
    .prepare = prepare,
    .destroy = destroy,
    .seal = nullptr,
    .open = nullptr,
};

constexpr std::array<std::byte, kAeadKeySize> kAnyKey{};

struct AeadKeyTests : Utest {
    void setup() override {
        n_prepared = 0;
        n_destroyed = 0;
        out_of_memory = false;
    }

    void teardown() override { LONGS_EQUAL(n_prepared, n_destroyed); }
};

}  // namespace

TEST_GROUP_BASE(AeadKey, AeadKeyTests){};

TEST(AeadKey, IsDestroyedWithItsObject) {
    {
        const AeadKey key(kCounting, kAnyKey);
        CHECK_TRUE(key.usable());
    }
    LONGS_EQUAL(1, n_destroyed);
}

TEST(AeadKey, IsDestroyedOnceWhenMoved) {
    AeadKey key(kCounting, kAnyKey);
    AeadKey other(std::move(key));
    CHECK_TRUE(other.usable());
    CHECK_FALSE(key.usable());  // NOLINT: this is the promise
    LONGS_EQUAL(0, n_destroyed);
}

TEST(AeadKey, IsDestroyedWhenAnotherTakesItsPlace) {
    AeadKey key(kCounting, kAnyKey);
    key = AeadKey(kCounting, kAnyKey);
    LONGS_EQUAL(1, n_destroyed);
    CHECK_TRUE(key.usable());
}

TEST(AeadKey, IsDestroyedByResetAndNotAgain) {
    AeadKey key(kCounting, kAnyKey);
    key.reset();
    key.reset();
    LONGS_EQUAL(1, n_destroyed);
    CHECK_FALSE(key.usable());
}

TEST(AeadKey, IsNotUsableWithoutMemory) {
    out_of_memory = true;
    const AeadKey key(kCounting, kAnyKey);
    CHECK_FALSE(key.usable());
}

TEST(AeadKey, OfTheReferenceBackendsIsAligned) {
    for (const Suite suite : egret::test::suites_here()) {
        const AeadKey key(sodium_backend(suite), kAnyKey);
        CHECK_TRUE(key.usable());
        UNSIGNED_LONGS_EQUAL(0, reinterpret_cast<uintptr_t>(key.prepared()) % 64);
    }
}

}  // namespace egret::crypto
