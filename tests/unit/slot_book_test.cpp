// SPDX-License-Identifier: Apache-2.0
#include "control/compile/slot_book.hpp"

#include <CppUTest/TestHarness.h>

namespace egret::control {

namespace {

crypto::PublicKey key(uint8_t byte) {
    crypto::PublicKey key;
    key.bytes.fill(std::byte{byte});
    return key;
}

constexpr SourceLocation kSomewhere{1, 1};

PeerSection peer(uint8_t own, uint8_t next = 0) {
    PeerSection section;
    section.public_key = {key(own), kSomewhere};
    if (next != 0) {
        section.next_public_key = {key(next), kSomewhere};
    }
    return section;
}

struct SlotBookTests : Utest {
    SlotBook book;

    void check(const std::vector<PeerSection>& peers, const std::vector<uint16_t>& expected) {
        const auto assigned = book.assign(peers);
        CHECK_TRUE(assigned.has_value());
        UNSIGNED_LONGS_EQUAL(expected.size(), assigned->size());
        for (size_t i = 0; i < expected.size(); ++i) {
            UNSIGNED_LONGS_EQUAL(expected[i], (*assigned)[i]);
        }
    }
};

}  // namespace

TEST_GROUP_BASE(SlotBook, SlotBookTests){};

TEST(SlotBook, NumbersPeersInFileOrder) {
    check({peer(3), peer(1), peer(2)}, {0, 1, 2});
}

TEST(SlotBook, PeersKeepTheirSlotsWhereverTheyStand) {
    check({peer(1), peer(2), peer(3)}, {0, 1, 2});
    check({peer(4), peer(3), peer(1)}, {3, 2, 0});
}

TEST(SlotBook, ASlotOfAPeerThatIsGoneIsNotGivenToAnother) {
    check({peer(1), peer(2)}, {0, 1});
    check({peer(1)}, {0});
    check({peer(1), peer(3)}, {0, 2});
    check({peer(2), peer(1)}, {1, 0});
}

TEST(SlotBook, ARotationKeepsTheSlot) {
    check({peer(1), peer(5)}, {0, 1});
    check({peer(1, 2), peer(5)}, {0, 1});
    check({peer(2), peer(5)}, {0, 1});
    check({peer(2, 3), peer(5)}, {0, 1});
    check({peer(5), peer(3)}, {1, 0});
}

TEST(SlotBook, ARotationThatIsTakenBackKeepsTheSlot) {
    check({peer(1)}, {0});
    check({peer(2, 1)}, {0});
    check({peer(1)}, {0});
}

TEST(SlotBook, TwoPeersNeverShareASlot) {
    check({peer(1, 2)}, {0});
    check({peer(1), peer(2)}, {0, 1});
    check({peer(2), peer(1)}, {1, 0});
}

TEST(SlotBook, BeginsAboveWhatTheDataplaneHasSeen) {
    book = SlotBook(7);
    check({peer(1)}, {7});
}

TEST(SlotBook, LearnsWhatTheDataplaneKnows) {
    book = SlotBook(7);
    book.learn(key(1), 3);
    book.learn(key(2), 9);
    check({peer(2), peer(8, 1), peer(4)}, {9, 3, 10});
}

TEST(SlotBook, RunsOutAndSaysSo) {
    book = SlotBook(0xfffe);
    check({peer(1)}, {0xfffe});
    CHECK_FALSE(book.assign({peer(1), peer(2)}).has_value());
    check({peer(1)}, {0xfffe});
}

}  // namespace egret::control
