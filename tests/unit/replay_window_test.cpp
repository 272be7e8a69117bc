// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/limits.hpp>
#include <egret/crypto/replay_window.hpp>

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

namespace {

using Verdict = ReplayWindow::Verdict;

/// The first distance below the highest counter that is too far.
constexpr uint64_t kTooFar = ReplayWindow::kWindowSize + 1;
constexpr uint64_t kEnd = message_limits(Suite::wireguard).reject;

struct Step {
    uint64_t counter;
    Verdict expected;
};

/// The obvious window: all counters ever accepted, in a set.
class Model {
  public:
    Verdict accept(uint64_t counter) {
        if (!seen_.empty() && *seen_.rbegin() > counter &&
            *seen_.rbegin() - counter > ReplayWindow::kWindowSize) {
            return Verdict::too_old;
        }
        return seen_.insert(counter).second ? Verdict::fresh : Verdict::replayed;
    }

  private:
    std::set<uint64_t> seen_;
};

struct ReplayWindowTests : Utest {
    ReplayWindow window;

    /// `check` must foretell what `accept` says.
    void accept(uint64_t counter, Verdict expected, const std::string& where) {
        CHECK_TEXT(window.check(counter) == expected, ("check " + where).c_str());
        CHECK_TEXT(window.accept(counter) == expected, ("accept " + where).c_str());
    }

    void accept_all(const std::vector<Step>& steps) {
        for (size_t i = 0; i < steps.size(); ++i) {
            accept(steps[i].counter, steps[i].expected, "step " + std::to_string(i + 1));
        }
    }
};

}  // namespace

TEST_GROUP_BASE(ReplayWindow, ReplayWindowTests){};

TEST(ReplayWindow, EdgeCases) {
    accept_all({
        /*  1 */ {0, Verdict::fresh},
        /*  2 */ {1, Verdict::fresh},
        /*  3 */ {1, Verdict::replayed},
        /*  4 */ {9, Verdict::fresh},
        /*  5 */ {8, Verdict::fresh},
        /*  6 */ {7, Verdict::fresh},
        /*  7 */ {7, Verdict::replayed},
        /*  8 */ {0, Verdict::replayed},
        // The lower edge, one inside it and one outside.
        /*  9 */ {kTooFar, Verdict::fresh},
        /* 10 */ {0, Verdict::too_old},
        /* 11 */ {1, Verdict::replayed},
        /* 12 */ {2, Verdict::fresh},
        /* 13 */ {2, Verdict::replayed},
        /* 14 */ {kTooFar - 1, Verdict::fresh},
        /* 15 */ {kTooFar - 1, Verdict::replayed},
        /* 16 */ {kTooFar + 16, Verdict::fresh},
        /* 17 */ {3, Verdict::too_old},
        /* 18 */ {16, Verdict::too_old},
        /* 19 */ {17, Verdict::fresh},
        /* 20 */ {kTooFar + 16, Verdict::replayed},
        // A jump over more than the whole ring forgets all of it, but not what it means.
        /* 21 */ {kTooFar * 4, Verdict::fresh},
        /* 22 */ {kTooFar * 4 - kTooFar, Verdict::too_old},
        /* 23 */ {kTooFar * 4 - kTooFar + 1, Verdict::fresh},
        /* 24 */ {kTooFar * 4 - kTooFar + 1, Verdict::replayed},
        /* 25 */ {10, Verdict::too_old},
        // Around a power of two of 32 bits: counters have 64.
        /* 26 */ {(uint64_t{1} << 32) - 1, Verdict::fresh},
        /* 27 */ {uint64_t{1} << 32, Verdict::fresh},
        /* 28 */ {(uint64_t{1} << 32) - 1, Verdict::replayed},
        /* 29 */ {0, Verdict::too_old},
        // The end of the protocol's counters.
        /* 30 */ {kEnd - 1, Verdict::fresh},
        /* 31 */ {kEnd - 1, Verdict::replayed},
        /* 32 */ {kEnd, Verdict::too_old},
        /* 33 */ {UINT64_MAX, Verdict::too_old},
        /* 34 */ {kEnd - 2, Verdict::fresh},
        /* 35 */ {kEnd - 1 - ReplayWindow::kWindowSize, Verdict::fresh},
        /* 36 */ {kEnd - 2 - ReplayWindow::kWindowSize, Verdict::too_old},
        /* 37 */ {kEnd - 2, Verdict::replayed},
    });
}

TEST(ReplayWindow, StartsAnywhere) {
    accept(kEnd - 1, Verdict::fresh, "the last counter first");
    accept(0, Verdict::too_old, "far below");
}

TEST(ReplayWindow, FirstCounterNeedNotBeZero) {
    accept(5, Verdict::fresh, "5");
    accept(0, Verdict::fresh, "0");
    accept(5, Verdict::replayed, "5 again");
    accept(0, Verdict::replayed, "0 again");
}

TEST(ReplayWindow, CheckingMarksNothing) {
    CHECK_TRUE(window.check(40000) == Verdict::fresh);
    CHECK_TRUE(window.check(40000) == Verdict::fresh);
    accept(1, Verdict::fresh, "the window has not moved");
}

TEST(ReplayWindow, TakesAWholeWindowBackwards) {
    for (uint64_t counter = kTooFar; counter-- > 0;) {
        accept(counter, Verdict::fresh, std::to_string(counter));
    }
    for (uint64_t counter = 0; counter < kTooFar; ++counter) {
        accept(counter, Verdict::replayed, std::to_string(counter));
    }
}

TEST(ReplayWindow, TakesAllButTheOldestOfAWindowBackwards) {
    for (uint64_t counter = kTooFar; counter > 0; --counter) {
        accept(counter, Verdict::fresh, std::to_string(counter));
    }
    accept(0, Verdict::too_old, "0");
}

// Every distance from one word to more than the ring leaves exactly the window behind.
TEST(ReplayWindow, JumpsOfEverySizeForgetExactlyWhatIsTooFar) {
    for (uint64_t jump = 1; jump <= ReplayWindow::kBits + 130; ++jump) {
        window = ReplayWindow();
        const uint64_t start = 100;
        accept(start, Verdict::fresh, "start");
        accept(start + jump, Verdict::fresh, "jump " + std::to_string(jump));
        const bool far = jump > ReplayWindow::kWindowSize;
        accept(start, far ? Verdict::too_old : Verdict::replayed, std::to_string(jump));
        accept(start + jump - 1, jump == 1 ? Verdict::replayed : Verdict::fresh, "below");
    }
}

TEST(ReplayWindow, AgreesWithTheObviousModel) {
    std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same walk every time
    for (int walk = 0; walk < 8; ++walk) {
        window = ReplayWindow();
        Model model;
        uint64_t highest = 0;
        for (int step = 0; step < 4000; ++step) {
            const uint64_t reach = step % 97 == 0 ? 20000 : 12000;
            const uint64_t ahead = random() % (step % 5 == 0 ? reach : 16);
            const uint64_t behind = random() % 9000;
            const uint64_t counter =
                step % 2 == 0 ? highest + ahead : highest - std::min(highest, behind);
            highest = std::max(highest, counter);
            CHECK_TRUE(window.accept(counter) == model.accept(counter));
        }
    }
}

}  // namespace egret::crypto
