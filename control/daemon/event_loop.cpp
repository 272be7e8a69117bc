// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/event_loop.hpp"

#include "control/daemon/clock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace egret::control {
namespace {

constexpr uint64_t kTimers = 0;  ///< the timerfd's number among watches

std::string reason(const char* what) {
    return std::string(what) + ": " + std::strerror(errno);
}

epoll_event event_of(uint64_t number, uint32_t events) noexcept {
    epoll_event event{};
    event.events = events;
    event.data.u64 = number;
    return event;
}

}  // namespace

tl::expected<std::unique_ptr<EventLoop>, std::string> EventLoop::make() {
    api::Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.open()) {
        return tl::unexpected(reason("the event loop could not be made"));
    }
    api::Descriptor timer(timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!timer.open()) {
        return tl::unexpected(reason("the event loop's timer could not be made"));
    }
    epoll_event event = event_of(kTimers, EPOLLIN);
    if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, timer.get(), &event) != 0) {
        return tl::unexpected(reason("the event loop's timer could not be watched"));
    }
    return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll), std::move(timer)));
}

uint64_t EventLoop::watch(int descriptor, uint32_t events, Ready ready) {
    const uint64_t number = ++last_number_;
    epoll_event event = event_of(number, events);
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
    watches_[number] = {descriptor, std::make_shared<Ready>(std::move(ready))};
    return number;
}

void EventLoop::change(uint64_t watch, uint32_t events) {
    const auto found = watches_.find(watch);
    if (found != watches_.end()) {
        epoll_event event = event_of(watch, events);
        epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second.descriptor, &event);
    }
}

void EventLoop::forget(uint64_t watch) {
    const auto found = watches_.find(watch);
    if (found != watches_.end()) {
        epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.descriptor, nullptr);
        watches_.erase(found);
    }
}

void EventLoop::run_once(int timeout_ms) {
    constexpr int kEvents = 64;
    std::array<epoll_event, kEvents> events{};
    const int n = epoll_wait(epoll_.get(), events.data(), kEvents, timeout_ms);
    for (int i = 0; i < n; ++i) {
        const uint64_t number = events[static_cast<size_t>(i)].data.u64;
        // A callback before this one may have ended the watch.
        const auto found = watches_.find(number);
        if (found != watches_.end()) {
            const std::shared_ptr<Ready> ready = found->second.ready;
            (*ready)(events[static_cast<size_t>(i)].events);
        } else if (number == kTimers) {
            uint64_t expirations = 0;
            // Only there to be taken; what is due is read from the clock.
            [[maybe_unused]] const auto size =
                read(timer_.get(), &expirations, sizeof(expirations));
            armed_ns_ = kNever;
        }
    }
    run_timers();
    arm();
}

void EventLoop::run() {
    arm();
    while (!is_stopped_) {
        run_once(-1);
    }
}

/// Timers that callbacks set into the past wait for the next turn, so that descriptors are not starved.
void EventLoop::run_timers() {
    const uint64_t now_ns = read_clocks().now_ns;
    const uint64_t newest = last_number_;
    std::set<TimerKey> due(due_.begin(), due_.upper_bound({now_ns, newest}));
    for (const TimerKey& key : due) {
        if (due_.erase(key) == 0) {
            continue;
        }
        Timer& timer = *timers_.at(key.second);
        timer.due_ns_ = kNever;
        const std::shared_ptr<std::function<void()>> run = timer.run_;
        (*run)();
    }
}

void EventLoop::arm() {
    const uint64_t due_ns = due_.empty() ? kNever : due_.begin()->first;
    if (due_ns == armed_ns_) {
        return;
    }
    constexpr uint64_t kNsPerSecond = 1'000'000'000;
    itimerspec when{};
    if (due_ns != kNever) {
        // Zero would stop the timer.
        const uint64_t at_ns = due_ns == 0 ? 1 : due_ns;
        when.it_value.tv_sec = static_cast<time_t>(at_ns / kNsPerSecond);
        when.it_value.tv_nsec = static_cast<long>(at_ns % kNsPerSecond);
    }
    timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
    armed_ns_ = due_ns;
}

Timer::Timer(EventLoop& loop, std::function<void()> run)
    : loop_(loop),
      run_(std::make_shared<std::function<void()>>(std::move(run))),
      number_(++loop.last_number_) {
    loop_.timers_[number_] = this;
}

Timer::~Timer() {
    stop();
    loop_.timers_.erase(number_);
}

void Timer::set(uint64_t due_ns) {
    loop_.due_.erase({due_ns_, number_});
    due_ns_ = due_ns;
    if (due_ns != kNever) {
        loop_.due_.emplace(due_ns, number_);
    }
}

}  // namespace egret::control
