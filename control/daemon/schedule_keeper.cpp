// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/schedule_keeper.hpp"

#include "control/daemon/clock.hpp"

#include <algorithm>
#include <utility>

namespace egret::control {
namespace {

constexpr uint64_t kMinuteNs = 60'000'000'000;

}  // namespace

NodeTime node_time(const TrustedClock& clock) noexcept {
    const uint64_t unix_ns = read_clocks().unix_ns;
    return {unix_ns, clock.now_unix_ns(unix_ns) == unix_ns};
}

ScheduleKeeper::ScheduleKeeper(EventLoop& loop, ReadTime read_time, std::function<void()> on_due)
    : read_time_(std::move(read_time)),
      on_due_(std::move(on_due)),
      timer_(loop, [this] { look(); }) {}

/// A minute may have ended while the generation was on its way.
void ScheduleKeeper::set_generation(const GenerationBook::Shared& generation) {
    constexpr uint64_t kFirstLookNs = 1'000'000'000;
    generation_ = generation;
    schedule(kFirstLookNs);
}

void ScheduleKeeper::look() {
    schedule(kMinuteNs);
    if (are_marks_stale(generation_->config, wall_time(read_time_()))) {
        on_due_();
    }
}

/// Hours begin and end at full minutes, in every time zone there is today.
void ScheduleKeeper::schedule(uint64_t at_most_ns) {
    if (generation_ == nullptr || !has_hours(generation_->config)) {
        timer_.stop();
        return;
    }
    const uint64_t to_minute_ns = kMinuteNs - read_time_().unix_ns % kMinuteNs;
    timer_.set(read_clocks().now_ns + std::min(to_minute_ns, at_most_ns));
}

}  // namespace egret::control
