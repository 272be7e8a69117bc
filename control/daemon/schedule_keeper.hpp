// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/rules_in_force.hpp"
#include "control/daemon/event_loop.hpp"
#include "control/daemon/generation_book.hpp"
#include "control/daemon/trusted_clock.hpp"

#include <cstdint>
#include <functional>

namespace egret::control {

/// What the clocks say of now: the wall clock is believed unless it is behind what is past.
[[nodiscard]] NodeTime node_time(const TrustedClock& clock) noexcept;

/// Says when the running generation's rules are to be compiled anew because the hours of one have
/// begun or ended. It looks at every full minute, so a clock that is set, and one that is put forward
/// or back in spring and autumn, counts within a minute. Threads: the loop's.
class ScheduleKeeper {
  public:
    using ReadTime = std::function<NodeTime()>;

    /// `on_due` is called until a generation with the right marks is there, once a minute.
    ScheduleKeeper(EventLoop& loop, ReadTime read_time, std::function<void()> on_due);

    void set_generation(const GenerationBook::Shared& generation);

  private:
    void look();
    void schedule(uint64_t at_most_ns);

    ReadTime read_time_;
    std::function<void()> on_due_;
    GenerationBook::Shared generation_;
    Timer timer_;
};

}  // namespace egret::control
