// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/receiver_indexes.hpp"

#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret::control {

namespace {

constexpr uint32_t kPlaces = 1U << api::kSessionSlotBits;

struct ReceiverIndexesTests : Utest {
    ReceiverIndexes indexes;
    crypto::Random random = crypto::Random::seeded({});
};

}  // namespace

TEST_GROUP_BASE(ReceiverIndexes, ReceiverIndexesTests){};

TEST(ReceiverIndexes, NameTheirWorkerAndTheirPeer) {
    for (uint16_t slot = 0; slot < 5000; ++slot) {
        const uint32_t index = indexes.draw(slot, random).value();
        UNSIGNED_LONGS_EQUAL(0, index >> 24);
        UNSIGNED_LONGS_EQUAL(slot, indexes.slot_of(index).value());
    }
}

// The dataplane finds the worker that owns a session in its index, and the owner of a peer by its slot.
TEST(ReceiverIndexes, NameTheWorkerOfTheirPeerWhereThereAreSeveral) {
    indexes.set_workers(3);
    for (uint16_t slot = 0; slot < 7; ++slot) {
        UNSIGNED_LONGS_EQUAL(slot % 3, indexes.draw(slot, random).value() >> 24);
    }
}

// The dataplane would refuse a session whose place is taken.
TEST(ReceiverIndexes, ThoseInUseHavePlacesOfTheirOwn) {
    std::vector<bool> taken(kPlaces);
    size_t n_shared = 0;
    for (uint16_t slot = 0; slot < 40'000; ++slot) {
        const uint32_t place = indexes.draw(slot, random).value() % kPlaces;
        n_shared += taken[place] ? 1U : 0U;
        taken[place] = true;
    }
    UNSIGNED_LONGS_EQUAL(0, n_shared);
}

TEST(ReceiverIndexes, AreNotDrawnForeverWhenMostPlacesAreInUse) {
    uint32_t last = 0;
    for (size_t i = 0; i < ReceiverIndexes::kMaxInUse; ++i) {
        last = indexes.draw(0, random).value();
    }
    CHECK_FALSE(indexes.draw(0, random).has_value());
    indexes.release(last);
    CHECK_TRUE(indexes.draw(0, random).has_value());
}

TEST(ReceiverIndexes, AReleasedOneNamesNobody) {
    const uint32_t index = indexes.draw(3, random).value();
    indexes.release(index);
    CHECK_FALSE(indexes.slot_of(index).has_value());
    indexes.release(index);
    UNSIGNED_LONGS_EQUAL(0, indexes.in_use());
}

TEST(ReceiverIndexes, OneWithTheSamePlaceIsAnother) {
    const uint32_t index = indexes.draw(3, random).value();
    CHECK_FALSE(indexes.slot_of(index ^ kPlaces).has_value());
    indexes.release(index ^ kPlaces);
    CHECK_TRUE(indexes.slot_of(index).has_value());
}

TEST(ReceiverIndexes, ThoseOfAnEarlierProcessAreReserved) {
    CHECK_TRUE(indexes.reserve(0x5a123456, 9));
    UNSIGNED_LONGS_EQUAL(9, indexes.slot_of(0x5a123456).value());
    CHECK_FALSE(indexes.reserve(0x5aff3456, 8));
    UNSIGNED_LONGS_EQUAL(9, indexes.slot_of(0x5a123456).value());
}

}  // namespace egret::control
