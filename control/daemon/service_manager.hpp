// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"

#include <cstdint>
#include <string>

namespace egret::control {

/// Tells systemd that the daemon is ready, alive and how it is (sd_notify(3)); without systemd nothing is said. The sign of
/// life is given by the loop itself, so that a loop that hangs is noticed. Threads: the loop's.
class ServiceManager {
  public:
    explicit ServiceManager(EventLoop& loop);

    void ready();
    void stopping();

    /// One sentence for `systemctl status`.
    void set_status(const std::string& sentence);

  private:
    void give_sign_of_life();

    uint64_t watchdog_ns_ = 0;  ///< 0: none is wanted
    std::string status_;
    Timer watchdog_timer_;
};

}  // namespace egret::control
