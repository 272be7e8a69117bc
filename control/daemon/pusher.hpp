// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/daemon/list_keeper.hpp"
#include "control/daemon/live_node.hpp"
#include "control/daemon/log.hpp"
#include "control/daemon/push_checks.hpp"
#include "control/daemon/state_directory.hpp"
#include "control/daemon/trusted_clock.hpp"
#include "control/state/trust_store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

struct PushResult {
    bool accepted = false;
    uint64_t generation =
        0;                ///< the pushed one, or the one rolled back to; 0 if it could not be read
    std::string message;  ///< one sentence
    std::string_view stage;  ///< of push_stages(), where a check refused; empty: none did
    std::string signed_by;   ///< the signing key's name; empty: unsigned
    bool forced = false;     ///< the interlock was overridden
    std::vector<Finding> findings;
};

/// Which generation an operator, or the node itself, wants back.
struct RollbackRequest {
    std::optional<uint64_t> generation;  ///< absent: the one before
    HistoryCause cause = HistoryCause::rollback;
    std::optional<Operator> by;  ///< absent: the node
};

/// Takes new generations and brings old ones back: checked (push_checks.hpp), made durable, given to the dataplane, and only
/// then the running one. Whatever fails, the running generation stays. One at a time. Threads: the loop's.
class Pusher {
  public:
    /// All references are borrowed.
    struct Parts {
        Log& log;
        StateDirectory& state;
        TrustStore& trust;
        TrustedClock& clock;
        LiveNode& node;
        ListKeeper& lists;
        /// Why this daemon cannot run a generation that is otherwise right: one sentence; empty if it can.
        std::function<std::string(const Generation& generation)> objection;
        /// A new identity of this boot for deadlines.
        std::string boot_id;
    };

    explicit Pusher(Parts parts)
        : parts_(std::move(parts)) {}

    using OnResult = std::function<void(const PushResult& result)>;

    /// Calls `on_result` once, perhaps before it returns.
    void push(const PushRequest& request, OnResult on_result);

    /// The same for a generation of the history; it needs no signature and is not held against the interlock.
    void rollback(const RollbackRequest& request, OnResult on_result);

    /// A provisional generation stays; `generation` 0: whichever it is.
    [[nodiscard]] PushResult confirm(uint64_t generation);

    /// Called whenever another generation runs, and when one was confirmed.
    std::function<void()> on_history = [] {};

    /// A generation was given to the dataplane, which has not answered.
    [[nodiscard]] bool is_under_way() const noexcept { return is_under_way_; }

  private:
    using Shared = std::shared_ptr<const Generation>;

    /// A generation, the slots it was compiled with, and what the history will say of it.
    struct Candidate {
        Shared generation;
        SlotBook slots;
        HistoryEntry entry;
    };

    void check_and_apply(const PushRequest& request, const OnResult& on_result, bool may_fetch);
    [[nodiscard]] std::string standing_objection(const PushRequest& request) const;
    [[nodiscard]] std::optional<Candidate>
    check(const PushRequest& request, PushResult& result, std::optional<Config>* lacking);
    [[nodiscard]] HistoryEntry entry_of(const PushRequest& request, const PushResult& result) const;
    void bring_back(const RollbackRequest& request, const OnResult& on_result);
    [[nodiscard]] std::optional<Candidate>
    load_kept(const RollbackRequest& request, PushResult& result);
    void apply(Candidate candidate, PushResult result, const OnResult& on_result);
    void conclude(
        const HistoryEntry& entry,
        PushResult& result,
        const tl::expected<void, std::string>& applied
    );

    Parts parts_;
    bool is_under_way_ = false;
};

/// The generation a rollback without a number brings back: the one that ran before, or where the running one was itself
/// brought back, the next lower one that is kept. Nothing if there is none.
[[nodiscard]] std::optional<uint64_t> generation_before(const History& history) noexcept;

}  // namespace egret::control
