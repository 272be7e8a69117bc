// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace egret::test {

/// Set by SIGTERM and SIGINT once `catch_stop_signals` was called.
inline volatile std::sig_atomic_t stop_requested = 0;

/// Lets a tool end its loop and write its report instead of dying.
inline void catch_stop_signals() {
    struct sigaction action {};

    action.sa_handler = [](int) { stop_requested = 1; };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

}  // namespace egret::test
