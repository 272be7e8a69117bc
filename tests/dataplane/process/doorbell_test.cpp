// SPDX-License-Identifier: Apache-2.0
#include "worker/doorbell.hpp"

#include "tables/ring.hpp"

#include <poll.h>
#include <thread>

#include <CppUTest/TestHarness.h>

using egret::Doorbell;

namespace {

constexpr uint32_t kLongUs = 10'000'000;

bool is_ringing(const Doorbell& bell) {
    pollfd waited{bell.descriptor(), POLLIN, 0};
    return poll(&waited, 1, 0) == 1;
}

}  // namespace

TEST_GROUP(Doorbell)
{ Doorbell bell = Doorbell::create().value(); };

TEST(Doorbell, RingsForAListenerOnly) {
    bell.ring();
    CHECK_FALSE(is_ringing(bell));
    bell.listen();
    bell.ring();
    CHECK_TRUE(is_ringing(bell));
    bell.hush();
    CHECK_FALSE(is_ringing(bell));
    bell.ring();
    CHECK_FALSE(is_ringing(bell));
}

TEST(Doorbell, RungBeforeTheSleepItWakesAtOnce) {
    bell.listen();
    bell.ring();
    bell.wait(kLongUs);  // a sleep that long is the test's timeout
    bell.hush();
}

TEST(Doorbell, SleepsNoLongerThanTold) {
    bell.listen();
    bell.wait(100);
    CHECK_FALSE(is_ringing(bell));
    bell.hush();
}

/// If a message could slip in between the last look and the sleep, one of these would sleep long.
TEST(Doorbell, NoMessageIsSleptThrough) {
    constexpr uint32_t kMessages = 20'000;
    egret::Ring<uint32_t> ring(4);
    std::thread writer([&] {
        for (uint32_t i = 0; i < kMessages;) {
            if (ring.push(i)) {
                ++i;
                bell.ring();
            }
        }
    });
    uint32_t expected = 0;
    while (expected < kMessages) {
        bell.listen();
        if (ring.empty()) {
            bell.wait(kLongUs);
        }
        bell.hush();
        for (uint32_t message = 0; ring.pop(message); ++expected) {
            LONGS_EQUAL(expected, message);
        }
    }
    writer.join();
}
