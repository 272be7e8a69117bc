// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "laboratory.hpp"
#include "replay.hpp"

#include <array>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace egret::replay {

/// Holds what comes back to the LAN against what was recorded: every server frame is equal, different, missing or withheld,
/// exactly one of them. Reports come in the order of frames.
class ReturnCheck {
  public:
    ReturnCheck(Counts& counts, std::function<void(const Difference&)> sink)
        : counts_(counts),
          sink_(std::move(sink)) {}

    /// A server frame of the burst at hand, on its way; at most kBurstSize between two `finish_burst`.
    void expect(const FrameTag& tag, std::span<const uint8_t> recorded);

    /// A frame that reached the LAN; those that belong to no expected one are passed over.
    void returned(const FrameTag& tag, std::span<const uint8_t> frame);

    /// A server frame that was never put in, and why.
    void not_carried(const FrameTag& tag, std::string note);

    /// Reports what was expected and did not come. While its flow still waits for a handshake nobody knows whether it is
    /// missing or withheld: then this report, and those behind it, wait too.
    void finish_burst();

    /// To be told before the record of `flow` is written: nothing will happen to it any more.
    void flow_over(const BookedFlow& flow);

  private:
    struct Expected {
        FrameTag tag;
        std::vector<uint8_t> recorded;
        bool returned = false;
    };

    /// A report, and the flow whose fate it waits for; nullptr if it waits for nothing.
    struct Held {
        Difference difference;
        const BookedFlow* waits_for = nullptr;
    };

    void report(const FrameTag& tag, Difference difference);
    void release();

    Counts& counts_;
    std::function<void(const Difference&)> sink_;
    std::array<Expected, kBurstSize> expected_;
    size_t n_expected_ = 0;
    std::deque<Held> held_;
};

}  // namespace egret::replay
