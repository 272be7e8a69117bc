// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/initiation_timer.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

namespace egret::control {

using egret::crypto::kRekeyAttemptTime;
using egret::crypto::kRekeyTimeout;
using egret::crypto::kSecond;
using Action = InitiationTimer::Action;

namespace {

struct InitiationTimerTests : Utest {
    InitiationTimer timer;
    uint64_t now = 50 * kSecond;

    void poll(Action expected) {
        LONGS_EQUAL(static_cast<int>(expected), static_cast<int>(timer.poll(now)));
    }
};

}  // namespace

TEST_GROUP_BASE(InitiationTimer, InitiationTimerTests){};

TEST(InitiationTimer, DoesNothingUnasked) {
    poll(Action::none);
    CHECK_TRUE(timer.due_ns() == kNever);
}

TEST(InitiationTimer, InitiatesAtOnceWhenWanted) {
    timer.want(now);
    CHECK_TRUE(timer.due_ns() == now);
    poll(Action::initiate);
}

TEST(InitiationTimer, RepeatsAfterTheTimeoutAndItsJitter) {
    timer.want(now);
    timer.sent(now, 7);
    now += kRekeyTimeout + 6;
    poll(Action::none);
    now += 1;
    poll(Action::initiate);
}

TEST(InitiationTimer, GivesUpOnceAfterTheAttemptTime) {
    timer.want(now);
    timer.sent(now + kRekeyAttemptTime - kRekeyTimeout, 0);
    now += kRekeyAttemptTime - 1;
    poll(Action::none);
    now += 1;
    poll(Action::give_up);
    poll(Action::none);
    CHECK_TRUE(timer.due_ns() == kNever);
}

TEST(InitiationTimer, AnotherWantProlongsButDoesNotHurry) {
    timer.want(now);
    timer.sent(now, 0);
    now += kRekeyTimeout - 1;
    timer.want(now);
    poll(Action::none);
    now += kRekeyAttemptTime - 1;
    poll(Action::initiate);
    now += 1;
    poll(Action::give_up);
}

TEST(InitiationTimer, NeverInitiatesTwiceWithinTheTimeout) {
    timer.want(now);
    timer.sent(now, 0);
    timer.stop();
    now += 1;
    timer.want(now);
    poll(Action::none);
    now += kRekeyTimeout - 2;
    poll(Action::none);
    now += 1;
    poll(Action::initiate);
}

TEST(InitiationTimer, TheFirstMayBeDelayed) {
    timer.want(now, 100);
    now += 99;
    poll(Action::none);
    now += 1;
    poll(Action::initiate);
}

TEST(InitiationTimer, TheShortestDelayCounts) {
    timer.want(now, 100);
    timer.want(now, 500);
    CHECK_TRUE(timer.due_ns() == now + 100);
    timer.want(now);
    poll(Action::initiate);
}

TEST(InitiationTimer, ARetryWaitsOnlyForThePeersPatience) {
    timer.want(now);
    timer.sent(now, 0);
    timer.stop();
    now += 1;
    timer.retry(now);
    poll(Action::none);
    now += kSecond / 25;
    poll(Action::initiate);
}

TEST(InitiationTimer, StopsWhenTold) {
    timer.want(now);
    timer.stop();
    poll(Action::none);
    CHECK_FALSE(timer.is_running());
}

TEST(InitiationTimer, IsNotConfusedByAClockThatGoesBackwards) {
    timer.want(now);
    timer.sent(now, 0);
    now -= 40 * kSecond;
    poll(Action::none);
    now += 45 * kSecond;
    poll(Action::initiate);
}

}  // namespace egret::control
