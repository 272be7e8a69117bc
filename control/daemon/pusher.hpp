// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/daemon/list_keeper.hpp"
#include "control/daemon/live_node.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/state_directory.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace egret::control {

struct PushRequest {
    std::string name;  ///< what findings call the file
    std::string toml;
    bool dry_run = false;  ///< everything is checked, nothing changed
};

struct PushResult {
    bool accepted = false;
    uint64_t generation = 0;  ///< the pushed one; 0 if it could not be read
    std::string message;      ///< one sentence
    std::vector<Finding> findings;
};

/// Takes new generations: checked as `egret check` does and against what the node has accepted before, made durable, given to
/// the dataplane, and only then the running one. Whatever fails, the running generation stays. One at a time.
/// Threads: the loop's.
class Pusher {
  public:
    /// Why this daemon cannot run a generation that is otherwise right: one sentence; empty if it can.
    using Objection = std::function<std::string(const Generation& generation)>;

    Pusher(Log& log, StateDirectory& state, LiveNode& node, ListKeeper& lists, Objection objection);

    using OnResult = std::function<void(const PushResult& result)>;

    /// Calls `on_result` once, perhaps before it returns.
    void push(const PushRequest& request, OnResult on_result);

    /// A generation was given to the dataplane, which has not answered.
    [[nodiscard]] bool is_under_way() const noexcept { return is_under_way_; }

  private:
    using Shared = std::shared_ptr<const Generation>;

    /// A generation and the slots it was compiled with.
    struct Candidate {
        Shared generation;
        SlotBook slots;
    };

    void check_and_apply(const PushRequest& request, const OnResult& on_result);
    [[nodiscard]] Shared check(const PushRequest& request, SlotBook& slots, PushResult& result)
        const;
    void prepare_and_apply(
        const PushRequest& request,
        Candidate candidate,
        PushResult result,
        const OnResult& on_result
    );
    void conclude(PushResult& result, const tl::expected<void, std::string>& applied);

    Log& log_;
    StateDirectory& state_;
    LiveNode& node_;
    ListKeeper& lists_;
    Objection objection_;
    bool is_under_way_ = false;
};

}  // namespace egret::control
