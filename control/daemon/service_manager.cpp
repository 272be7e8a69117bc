// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/service_manager.hpp"

#include "control/daemon/clock.hpp"

#include <systemd/sd-daemon.h>

namespace egret::control {

ServiceManager::ServiceManager(EventLoop& loop)
    : watchdog_timer_(loop, [this] { give_sign_of_life(); }) {
    constexpr uint64_t kNsPerUs = 1000;
    uint64_t watchdog_us = 0;
    if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
        watchdog_ns_ = watchdog_us * kNsPerUs;
    }
}

void ServiceManager::ready() {
    sd_notify(0, "READY=1");
    give_sign_of_life();
}

void ServiceManager::stopping() {
    sd_notify(0, "STOPPING=1");
}

void ServiceManager::set_status(const std::string& sentence) {
    if (sentence != status_) {
        status_ = sentence;
        sd_notify(0, ("STATUS=" + sentence).c_str());
    }
}

void ServiceManager::give_sign_of_life() {
    if (watchdog_ns_ == 0) {
        return;
    }
    sd_notify(0, "WATCHDOG=1");
    // sd_watchdog_enabled(3) recommends half of the time.
    watchdog_timer_.set(read_clocks().now_ns + watchdog_ns_ / 2);
}

}  // namespace egret::control
