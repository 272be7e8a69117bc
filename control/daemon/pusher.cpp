// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/pusher.hpp"

#include "control/config/load.hpp"
#include "control/daemon/clock.hpp"

#include <fmt/format.h>
#include <utility>

namespace egret::control {

Pusher::Pusher(
    Log& log,
    StateDirectory& state,
    LiveNode& node,
    ListKeeper& lists,
    Objection objection
)
    : log_(log),
      state_(state),
      node_(node),
      lists_(lists),
      objection_(std::move(objection)) {}

void Pusher::push(const PushRequest& request, OnResult on_result) {
    const auto begin = [this, request, on_result = std::move(on_result)] {
        node_.when_slots_known([this, request, on_result] { check_and_apply(request, on_result); });
    };
    // What is wrong with the text is said when it is checked.
    Findings ignored(request.name);
    const auto config = parse_config(request.toml, state_.path(), ignored);
    if (config && !ignored.has_errors() && lists_.lacks_copies(*config)) {
        lists_.fetch_missing(*config, begin);
    } else {
        begin();
    }
}

void Pusher::check_and_apply(const PushRequest& request, const OnResult& on_result) {
    PushResult result;
    SlotBook slots = node_.slots();
    const Shared generation = check(request, slots, result);
    if (generation == nullptr) {
        log_.warning("push refused", {{"reason", result.message}});
        on_result(result);
    } else if (request.dry_run) {
        result.accepted = true;
        result.message = fmt::format("generation {} would be accepted", result.generation);
        on_result(result);
    } else {
        prepare_and_apply(request, {generation, std::move(slots)}, std::move(result), on_result);
    }
}

/// nullptr with `result.message` if the generation cannot be accepted.
Pusher::Shared Pusher::check(const PushRequest& request, SlotBook& slots, PushResult& result)
    const {
    LoadResult loaded = load_generation(
        ConfigText{request.name, request.toml, state_.path()},
        {.needs_keys = true,
         .wants_closed_keys = true,
         .slots = &slots,
         .lists = {.store = &lists_.store(), .now_ns = read_clocks().unix_ns}}
    );
    result.findings = std::move(loaded.findings);
    if (!loaded.generation) {
        result.message = "the configuration has errors; nothing was changed";
        return nullptr;
    }
    result.generation = loaded.generation->tables.generation;
    if (result.generation <= state_.highest()) {
        result.message = fmt::format(
            "generation {} does not exceed {}, the highest this node ever accepted; nothing was "
            "changed",
            result.generation,
            state_.highest()
        );
        return nullptr;
    }
    if (const std::string objection = objection_(*loaded.generation); !objection.empty()) {
        result.message = objection + "; nothing was changed";
        return nullptr;
    }
    if (is_under_way_) {
        result.message = "another push is under way; nothing was changed";
        return nullptr;
    }
    return std::make_shared<const Generation>(std::move(*loaded.generation));
}

void Pusher::prepare_and_apply(
    const PushRequest& request,
    Candidate candidate,
    PushResult result,
    const OnResult& on_result
) {
    // What disk space can refuse is refused now; after the dataplane has it, only a name is left to change.
    const auto prepared = state_.prepare(result.generation, request.toml);
    if (!prepared) {
        result.message = prepared.error() + "; nothing was changed";
        log_.error("push refused", {{"reason", result.message}});
        on_result(result);
        return;
    }
    is_under_way_ = true;
    node_.apply(
        std::move(candidate.generation),
        std::move(candidate.slots),
        [this, result, on_result](const tl::expected<void, std::string>& applied) mutable {
            is_under_way_ = false;
            conclude(result, applied);
            on_result(result);
        }
    );
}

void Pusher::conclude(PushResult& result, const tl::expected<void, std::string>& applied) {
    const std::string number = std::to_string(result.generation);
    if (!applied) {
        state_.discard(result.generation);
        result.message = applied.error() + "; nothing was changed";
        log_.warning("push refused", {{"generation", number}, {"reason", result.message}});
        return;
    }
    result.accepted = true;
    const auto committed = state_.commit(result.generation);
    if (!committed) {
        result.message = fmt::format(
            "generation {} is live, but a restart may bring the one before it back: {}",
            number,
            committed.error()
        );
        log_.error("push not durable", {{"generation", number}, {"reason", committed.error()}});
        return;
    }
    const bool is_live = node_.live_generation() == result.generation;
    result.message = is_live ? fmt::format("generation {} is live", number)
                             : fmt::format(
                                   "generation {} is accepted; the dataplane is not connected and "
                                   "takes it when it is",
                                   number
                               );
    log_.info("push accepted", {{"generation", number}});
}

}  // namespace egret::control
