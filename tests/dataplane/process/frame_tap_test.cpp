// SPDX-License-Identifier: Apache-2.0
#include "worker/frame_tap.hpp"

#include "packet_pools.hpp"

#include <array>
#include <cstring>
#include <memory>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;

namespace {

constexpr uint32_t kSnap = 100;

uint64_t at_five() noexcept {
    return 5;
}

}  // namespace

TEST_GROUP(FrameTap)
{
    // Apart, because CppUTest does not align what it makes.
    std::unique_ptr<FrameTap> owned = std::make_unique<FrameTap>(kSnap, at_five);
    FrameTap& tap = *owned;

    void copy(const Bytes& frame, bool sent = false) {
        rte_mbuf* packet = to_mbuf(frame);
        tap.copy({&packet, 1}, sent);
        rte_pktmbuf_free(packet);
    }

    /// Takes the oldest copy.
    api::CapturedFrame take(Bytes* bytes = nullptr) {
        const auto oldest = tap.oldest();
        CHECK(oldest.size() >= sizeof(api::CapturedFrame));
        api::CapturedFrame front;
        std::memcpy(&front, oldest.data(), sizeof(front));
        if (bytes != nullptr) {
            const auto* first = reinterpret_cast<const uint8_t*>(oldest.data());
            bytes->assign(first + sizeof(front), first + oldest.size());
        }
        tap.pop();
        return front;
    }
};

TEST(FrameTap, KeepsFramesInOrder) {
    CHECK_TRUE(tap.oldest().empty());
    copy({1, 2, 3});
    copy({4, 5}, true);
    Bytes bytes;
    api::CapturedFrame front = take(&bytes);
    CHECK(bytes == (Bytes{1, 2, 3}));
    LONGS_EQUAL(5, front.unix_ns);
    LONGS_EQUAL(3, front.frame_bytes);
    CHECK_FALSE(front.sent);
    front = take(&bytes);
    CHECK(bytes == (Bytes{4, 5}));
    CHECK_TRUE(front.sent);
    CHECK_TRUE(tap.empty());
}

TEST(FrameTap, KeepsSoMuchOfEach) {
    Bytes frame(kSnap + 1);
    frame[kSnap - 1] = 7;
    copy(frame);
    Bytes bytes;
    LONGS_EQUAL(kSnap + 1, take(&bytes).frame_bytes);
    LONGS_EQUAL(kSnap, bytes.size());
    LONGS_EQUAL(7, bytes.back());
}

TEST(FrameTap, CountsWhatFindsNoRoom) {
    for (uint32_t i = 0; i < FrameTap::kFrames + 3; ++i) {
        copy({1});
    }
    LONGS_EQUAL(0, take().n_missed);
    copy({2});
    for (uint32_t i = 1; i < FrameTap::kFrames; ++i) {
        LONGS_EQUAL(0, take().n_missed);
    }
    LONGS_EQUAL(3, take().n_missed);
    CHECK_TRUE(tap.empty());
}

TEST(FrameTap, GoesRoundManyTimes) {
    for (uint32_t i = 0; i < 5 * FrameTap::kFrames; ++i) {
        copy({static_cast<uint8_t>(i)});
        Bytes bytes;
        LONGS_EQUAL(0, take(&bytes).n_missed);
        LONGS_EQUAL(static_cast<uint8_t>(i), bytes.at(0));
    }
}
