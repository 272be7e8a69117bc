// SPDX-License-Identifier: Apache-2.0
// What becomes of a generation that was accepted: it is confirmed, or one before it is brought back.
#include "control/config/load.hpp"
#include "control/daemon/clock.hpp"
#include "control/daemon/pusher.hpp"
#include "control/daemon/schedule_keeper.hpp"

#include <fmt/format.h>
#include <utility>

namespace egret::control {

void Pusher::rollback(const RollbackRequest& request, OnResult on_result) {
    const auto begin = [this, request, on_result = std::move(on_result)] {
        parts_.node.when_slots_known([this, request, on_result] { bring_back(request, on_result); }
        );
    };
    // What cannot be loaded is said when it is.
    const auto wanted =
        request.generation ? request.generation : generation_before(parts_.state.history());
    const auto toml = parts_.state.toml_of(wanted.value_or(0));
    Findings ignored("");
    const auto config =
        toml ? parse_config(*toml, parts_.state.path(), ignored) : std::optional<Config>();
    if (config && parts_.lists.lacks_copies(*config)) {
        parts_.lists.fetch_missing(*config, begin);
    } else {
        begin();
    }
}

void Pusher::bring_back(const RollbackRequest& request, const OnResult& on_result) {
    PushResult result;
    auto candidate = load_kept(request, result);
    if (!candidate) {
        result.message += "; nothing was changed";
        parts_.log.warning("rollback refused", {{"reason", result.message}});
        on_result(result);
        return;
    }
    apply(std::move(*candidate), std::move(result), on_result);
}

std::optional<Pusher::Candidate>
Pusher::load_kept(const RollbackRequest& request, PushResult& result) {
    const History& history = parts_.state.history();
    const auto wanted = request.generation ? request.generation : generation_before(history);
    if (!wanted) {
        result.message = "no generation before this one is kept";
        return std::nullopt;
    }
    result.generation = *wanted;
    if (is_under_way_) {
        result.message = "another push is under way: try again";
    } else if (request.cause != HistoryCause::rollback && !history.back().is_provisional()) {
        result.message = "it was confirmed meanwhile";
    } else if (!history.empty() && history.back().generation == *wanted) {
        result.message = fmt::format("generation {} runs already", *wanted);
    }
    const auto toml = parts_.state.toml_of(*wanted);
    if (!toml && result.message.empty()) {
        result.message = toml.error();
    }
    if (!result.message.empty()) {
        return std::nullopt;
    }
    SlotBook slots = parts_.node.slots();
    LoadResult loaded = load_generation(
        ConfigText{fmt::format("generation {}", *wanted), *toml, parts_.state.path()},
        {.needs_keys = true,
         .wants_closed_keys = true,
         .slots = &slots,
         .wall_time = wall_time(node_time(parts_.clock)),
         .lists =
             {.store = &parts_.lists.store(),
              .now_ns = read_clocks().unix_ns,
              .prefers_copies = true}}
    );
    result.findings = std::move(loaded.findings);
    result.message = loaded.generation ? parts_.objection(*loaded.generation)
                                       : fmt::format("generation {} cannot run any more", *wanted);
    if (!result.message.empty()) {
        return std::nullopt;
    }
    HistoryEntry entry;
    entry.generation = *wanted;
    entry.cause = request.cause;
    entry.by = request.by;
    return Candidate{
        std::make_shared<const Generation>(std::move(*loaded.generation)),
        std::move(slots),
        std::move(entry)};
}

PushResult Pusher::confirm(uint64_t generation) {
    PushResult result;
    const History& history = parts_.state.history();
    if (is_under_way_ || history.empty() || !history.back().is_provisional()) {
        result.message = "nothing is waiting to be confirmed";
        return result;
    }
    result.generation = history.back().generation;
    if (generation != 0 && generation != result.generation) {
        result.message = fmt::format(
            "generation {} is waiting to be confirmed, not {}",
            result.generation,
            generation
        );
        return result;
    }
    if (const auto confirmed = parts_.state.confirm(read_clocks().unix_ns); !confirmed) {
        result.message =
            fmt::format("generation {} is not confirmed: {}", result.generation, confirmed.error());
        return result;
    }
    result.accepted = true;
    result.message = fmt::format("generation {} stays", result.generation);
    on_history();
    return result;
}

std::optional<uint64_t> generation_before(const History& history) noexcept {
    if (history.empty()) {
        return std::nullopt;
    }
    const HistoryEntry& running = history.back();
    if (running.cause == HistoryCause::push && history.size() > 1) {
        return history[history.size() - 2].generation;
    }
    std::optional<uint64_t> before;
    for (const HistoryEntry& entry : history) {
        if (entry.generation < running.generation && entry.generation > before.value_or(0)) {
            before = entry.generation;
        }
    }
    return before;
}

}  // namespace egret::control
