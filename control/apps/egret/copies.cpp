// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/copies.hpp"

#include <CLI/CLI.hpp>
#include <ctime>

namespace egret::control {

uint64_t wall_clock_ns() noexcept {
    constexpr uint64_t kNsPerSecond = 1'000'000'000;
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<uint64_t>(now.tv_nsec);
}

void ListCopies::add_option(CLI::App& command) {
    command.add_option(
        "--state-dir",
        state_directory_,
        "Where the copies of downloaded lists are (egret lists update)"
    );
}

ListOptions ListCopies::options() {
    if (!state_directory_.empty()) {
        store_.emplace(ListStore::folder_in(state_directory_));
    }
    return {.store = store_ ? &*store_ : nullptr, .now_ns = wall_clock_ns()};
}

}  // namespace egret::control
