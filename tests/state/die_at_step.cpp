// SPDX-License-Identifier: Apache-2.0
// Linked into an egretd of the tests: EGRET_DIE_AT_STEP=N kills it before its N-th change of a file, counted from the first
// push on.
#include "durable_steps.hpp"

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace {

struct DieAtStep {
    DieAtStep() {
        const char* text = std::getenv("EGRET_DIE_AT_STEP");
        if (text == nullptr) {
            return;
        }
        std::from_chars(text, text + std::strlen(text), left_);
        // SIGUSR1 begins the count: starting up is not what is tested.
        std::signal(SIGUSR1, [](int) { is_counting = 1; });
        egret::test::on_durable_step = [this](std::string_view) {
            if (is_counting != 0 && --left_ == 0) {
                kill(getpid(), SIGKILL);
            }
        };
    }

    static volatile std::sig_atomic_t is_counting;
    int left_ = 0;
};

volatile std::sig_atomic_t DieAtStep::is_counting = 0;

DieAtStep die_at_step;

}  // namespace
