// SPDX-License-Identifier: Apache-2.0
#include "tunnel/session_table.hpp"

#include "counting_backend.hpp"
#include "readers.hpp"
#include "scenario.hpp"

#include <CppUTest/TestHarness.h>

using egret::Session;
using egret::SessionTable;
using egret::crypto::Suite;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

TEST_GROUP(SessionTable)
{
    Readers readers{2};
    SessionTable table{readers.variable()};

    void setup() override {
        CountingBackend::reset();
    }

    void teardown() override {
        CountingBackend::reset();
    }

    static std::unique_ptr<Session> session(uint32_t index, Suite suite = Suite::wireguard) {
        egret::api::SessionInstall install;
        install.receiver_index = index;
        install.suite = suite;
        return std::make_unique<Session>(install, CountingBackend::of(suite));
    }
};

TEST(SessionTable, FindsASessionByItsWholeIndex) {
    CHECK_TRUE(table.install(session(0x12345678)));
    CHECK_TRUE(table.find(0x12345678) != nullptr);
    POINTERS_EQUAL(nullptr, table.find(0x12345679));
    // The same slot, another index.
    POINTERS_EQUAL(nullptr, table.find(0x12345678 ^ 0x80000000));
    UNSIGNED_LONGS_EQUAL(1, table.size());
}

TEST(SessionTable, ATakenSlotRefusesAndWipesTheNewcomer) {
    CHECK_TRUE(table.install(session(1)));
    Session* first = table.find(1);
    CHECK_FALSE(table.install(session(1)));
    CHECK_FALSE(table.install(session(1 + (1U << SessionTable::kSlotBits))));
    POINTERS_EQUAL(first, table.find(1));
    UNSIGNED_LONGS_EQUAL(2, CountingBackend::n_living());  // a session has two keys
}

TEST(SessionTable, WipesKeysOnlyAfterEveryReaderWasQuiescent) {
    CHECK_TRUE(table.install(session(1)));
    Session* held = table.find(1);
    table.retire(*held);
    POINTERS_EQUAL(nullptr, table.find(1));
    UNSIGNED_LONGS_EQUAL(1, table.reclaim());
    UNSIGNED_LONGS_EQUAL(0, CountingBackend::n_destroyed);
    readers.quiescent(0);
    UNSIGNED_LONGS_EQUAL(1, table.reclaim());
    UNSIGNED_LONGS_EQUAL(0, CountingBackend::n_destroyed);
    UNSIGNED_LONGS_EQUAL(1, held->receiver_index);  // still there for reader 1
    readers.quiescent(1);
    UNSIGNED_LONGS_EQUAL(0, table.reclaim());
    UNSIGNED_LONGS_EQUAL(2, CountingBackend::n_destroyed);
}

TEST(SessionTable, ASlotCanBeTakenAgainBeforeItsLastSessionIsWiped) {
    CHECK_TRUE(table.install(session(1)));
    table.retire(*table.find(1));
    CHECK_TRUE(table.install(session(1)));
    UNSIGNED_LONGS_EQUAL(4, CountingBackend::n_living());
    readers.quiescent(0);
    readers.quiescent(1);
    table.reclaim();
    UNSIGNED_LONGS_EQUAL(2, CountingBackend::n_living());
    CHECK_TRUE(table.find(1) != nullptr);
}

TEST(SessionTable, TakesAllKeysWithIt) {
    {
        SessionTable short_lived(readers.variable());
        CHECK_TRUE(short_lived.install(session(1)));
        CHECK_TRUE(short_lived.install(session(2, Suite::aes256gcm)));
        short_lived.retire(*short_lived.find(1));
        UNSIGNED_LONGS_EQUAL(4, CountingBackend::n_living());
    }
    UNSIGNED_LONGS_EQUAL(0, CountingBackend::n_living());
}

TEST(SessionTable, ASessionWhoseKeysCannotBePreparedIsNotUsable) {
    CHECK_TRUE(session(1)->usable());
    CountingBackend::refuses_keys = true;
    CHECK_FALSE(session(1)->usable());
}
