// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/daemon/event_loop.hpp"
#include "control/daemon/live_node.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/pusher.hpp"
#include "control/daemon/state_directory.hpp"

#include <cstdint>
#include <string>

namespace egret::control {

/// Whose boot this is: EGRET_BOOT_ID (the unit sets it), else the kernel's. Empty: not known, and then no deadline outlives
/// the process.
[[nodiscard]] std::string read_boot_id();

/// Takes a provisional generation back when its time is over, and earlier when it has cut the node off: if a peer was heard
/// in the minute before the push, one must be heard, or shake hands, within kReachNs after it. Whoever looks after the peers
/// calls them, so that silence means something. Threads: the loop's.
class Confirmation {
  public:
    static constexpr uint64_t kReachNs = 20'000'000'000;
    /// What comes this soon after a push was under way before it.
    static constexpr uint64_t kSettleNs = 2'000'000'000;
    /// How long ago a peer may have been heard to count as reachable before a push.
    static constexpr uint64_t kHeardNs = 60'000'000'000;
    /// Between two looks at the peers, and two attempts to roll back.
    static constexpr uint64_t kLookNs = 1'000'000'000;
    static constexpr uint64_t kRetryNs = 10'000'000'000;

    /// All references are borrowed.
    Confirmation(EventLoop& loop, Log& log, StateDirectory& state, LiveNode& node, Pusher& pusher);

    /// Another generation runs, or one was confirmed. The peers are watched if one was heard before.
    void follow_history();

    /// Of this process's boot: the running generation waits for its deadline, which may be past.
    void resume() { wait(); }

    /// Asks the peers whether one was heard lately; then calls `then`.
    void note_peers(std::function<void()> then);

    /// One sentence about a generation that should have been taken back and could not; empty if all is well.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  private:
    void wait();
    void look();
    void judge_peers(uint64_t newest_ns);
    void take_back(HistoryCause cause);
    void ask_peers(std::function<void(uint64_t newest_ns)> on_newest);

    Log& log_;
    StateDirectory& state_;
    LiveNode& node_;
    Pusher& pusher_;
    bool was_reachable_ = false;  ///< before the last push
    uint64_t watched_since_ns_ = 0;
    std::string problem_;
    Timer deadline_timer_;
    Timer look_timer_;
};

}  // namespace egret::control
