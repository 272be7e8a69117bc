// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace egret {

/// Tells systemd, if it started this program, how things are: one datagram each to $NOTIFY_SOCKET (sd_notify(3)). Does
/// nothing otherwise.
class ServiceManager {
  public:
    ServiceManager();

    void ready() const { notify("READY=1"); }

    void stopping() const { notify("STOPPING=1"); }

    /// Call while all is well, as often as is convenient: the watchdog hears of it in time and not more often than it asks.
    void alive(uint64_t now_ns);

  private:
    void notify(std::string_view text) const;

    std::string path_;
    uint64_t interval_ns_ = 0;  ///< between signs of life, 0: nobody waits for them
    uint64_t next_ns_ = 0;
};

}  // namespace egret
