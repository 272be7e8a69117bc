// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/fetch/transfers.hpp"

#include <cstdint>
#include <unordered_map>

namespace egret::control {

/// Downloads on the daemon's loop, none of which ever holds it up. Threads: the loop's.
class LoopTransfers final : private TransferWaiter {
  public:
    explicit LoopTransfers(EventLoop& loop);
    LoopTransfers(const LoopTransfers&) = delete;
    LoopTransfers& operator=(const LoopTransfers&) = delete;
    ~LoopTransfers() override;

    /// As Transfers::start.
    void start(const HttpRequest& request, Transfers::OnResponse on_response);

  private:
    void want(int descriptor, bool reads, bool writes) override;
    void want_time(long timeout_ms) override;

    EventLoop& loop_;
    std::unordered_map<int, uint64_t> watches_;  ///< of the loop, by descriptor
    Timer timer_;
    Transfers transfers_;  ///< last: it lets go of descriptors when it ends
};

}  // namespace egret::control
