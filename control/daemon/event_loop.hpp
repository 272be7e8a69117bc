// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/tunnel/moment.hpp"

#include <egret/api/channel.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>
#include <utility>

namespace egret::control {

class Timer;

/// The daemon's one loop: descriptors by epoll, timers by one timerfd on CLOCK_BOOTTIME, so that a timer that fell due while
/// the machine slept runs as soon as it wakes. Everything of a daemon runs on the loop's thread.
class EventLoop {
  public:
    using Ready = std::function<void(uint32_t events)>;

    /// Error: one sentence.
    [[nodiscard]] static tl::expected<std::unique_ptr<EventLoop>, std::string> make();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    ~EventLoop() = default;

    /// Calls `ready` whenever one of `events` (EPOLLIN, ...) holds of `descriptor`, which stays the caller's. Returns a
    /// number for `change` and `forget`.
    [[nodiscard]] uint64_t watch(int descriptor, uint32_t events, Ready ready);
    void change(uint64_t watch, uint32_t events);

    /// Must come before the descriptor is closed. May be called from within a callback, its own too; 0 is no watch.
    void forget(uint64_t watch);

    /// Waits for descriptors and timers once, at most `timeout_ms` (-1: without end), and calls who is due.
    void run_once(int timeout_ms);

    /// Runs until `stop`.
    void run();

    void stop() noexcept { is_stopped_ = true; }

  private:
    friend class Timer;

    struct Watch {
        int descriptor = -1;
        std::shared_ptr<Ready> ready;  ///< shared: a callback may end its own watch
    };

    using TimerKey = std::pair<uint64_t, uint64_t>;  ///< due time, number

    EventLoop(api::Descriptor epoll, api::Descriptor timer)
        : epoll_(std::move(epoll)),
          timer_(std::move(timer)) {}

    void arm();
    void run_timers();

    api::Descriptor epoll_;
    api::Descriptor timer_;
    bool is_stopped_ = false;
    uint64_t last_number_ = 0;  ///< of watches and timers; 0 is the timerfd's
    std::unordered_map<uint64_t, Watch> watches_;
    std::set<TimerKey> due_;
    std::unordered_map<uint64_t, Timer*> timers_;
    uint64_t armed_ns_ = kNever;
};

/// Calls a function once at a time on CLOCK_BOOTTIME; can be set again, also from within the call.
class Timer {
  public:
    Timer(EventLoop& loop, std::function<void()> run);
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer();

    /// Moves the time; kNever stops the timer. A time that is past runs on the next turn of the loop.
    void set(uint64_t due_ns);

    void stop() { set(kNever); }

    [[nodiscard]] bool is_set() const noexcept { return due_ns_ != kNever; }

  private:
    friend class EventLoop;

    EventLoop& loop_;
    std::shared_ptr<std::function<void()>> run_;  ///< shared: a callback may end its own timer
    uint64_t number_;
    uint64_t due_ns_ = kNever;
};

}  // namespace egret::control
