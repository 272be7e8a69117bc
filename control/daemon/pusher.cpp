// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/pusher.hpp"

#include "control/daemon/clock.hpp"

#include <fmt/format.h>
#include <utility>

namespace egret::control {
namespace {

constexpr const char* kUnchanged = "; nothing was changed";
constexpr uint64_t kNsPerSecond = 1'000'000'000;

std::string accepted_message(const HistoryEntry& entry, bool is_live) {
    std::string message = fmt::format(
        "generation {} is {}",
        entry.generation,
        is_live ? "live" : "accepted; the dataplane is not connected and takes it when it is"
    );
    if (entry.provisional) {
        message += fmt::format(
            "; it is taken back unless egret confirm comes within {} s",
            entry.provisional->within_s
        );
    }
    return message + (entry.forced ? "; the interlock was overridden" : "");
}

}  // namespace

void Pusher::push(const PushRequest& request, OnResult on_result) {
    parts_.node.when_slots_known([this, request, on_result = std::move(on_result)] {
        check_and_apply(request, on_result, true);
    });
}

/// A push that is right as far as it goes, but names lists that were never downloaded, waits for them once and is then checked
/// anew: whatever happened meanwhile counts. Nothing is downloaded for a push nobody signed.
void Pusher::check_and_apply(
    const PushRequest& request,
    const OnResult& on_result,
    bool may_fetch
) {
    PushResult result;
    std::optional<Config> lacking;
    auto candidate = check(request, result, may_fetch ? &lacking : nullptr);
    if (lacking) {
        parts_.lists.fetch_missing(*lacking, [this, request, on_result] {
            parts_.node.when_slots_known([this, request, on_result] {
                check_and_apply(request, on_result, false);
            });
        });
        return;
    }
    if (!candidate) {
        result.message += kUnchanged;
        parts_.log.warning(
            "push refused",
            {{"stage", std::string(result.stage)}, {"reason", result.message}}
        );
        on_result(result);
        return;
    }
    if (request.dry_run) {
        result.accepted = true;
        result.message = fmt::format("generation {} would be accepted", result.generation);
        on_result(result);
        return;
    }
    // What disk space can refuse is refused now; after the dataplane has it, only a name is left to change.
    const auto prepared = parts_.state.prepare(result.generation, request.toml);
    if (!prepared) {
        result.message = prepared.error() + kUnchanged;
        parts_.log.error("push refused", {{"reason", result.message}});
        on_result(result);
        return;
    }
    apply(std::move(*candidate), std::move(result), on_result);
}

/// What stands against any push now, whatever is in it.
std::string Pusher::standing_objection(const PushRequest& request) const {
    const History& history = parts_.state.history();
    if (is_under_way_) {
        return "another push is under way: try again";
    }
    if (!history.empty() && history.back().is_provisional()) {
        return fmt::format(
            "generation {} is waiting to be confirmed: egret confirm or egret rollback first",
            history.back().generation
        );
    }
    const uint64_t within_s = request.confirm_within_s;
    if (within_s != 0 && (within_s < kMinConfirmWithinS || within_s > kMaxConfirmWithinS)) {
        return "--confirm-within takes 10s to 24h";
    }
    if (within_s != 0 && history.empty()) {
        return "there is no generation to go back to: push this one without --confirm-within";
    }
    return {};
}

/// Nothing, with `result.message`, if the generation cannot be accepted; or with `lacking`, if that is asked for, where lists
/// have to be downloaded before it can be said.
std::optional<Pusher::Candidate>
Pusher::check(const PushRequest& request, PushResult& result, std::optional<Config>* lacking) {
    if (result.message = standing_objection(request); !result.message.empty()) {
        return std::nullopt;
    }
    const GenerationBook::Shared& running = parts_.node.book().current();
    const PushJudges judges{
        .state = parts_.state,
        .trust = parts_.trust,
        .clock = parts_.clock,
        .running = running != nullptr ? &running->config : nullptr,
        .lists = parts_.lists.store(),
        .wall_unix_ns = read_clocks().unix_ns,
    };
    SlotBook slots = parts_.node.slots();
    PushCase push{
        .request = request,
        .judges = judges,
        .slots = slots,
        .findings = Findings(request.name),
        .is_forced = false,
        .signed_by = {},
        .comment = {},
        .document = {},
        .config = {},
        .generation = {},
    };
    auto refusal = check_before_build(push);
    if (!refusal && lacking != nullptr && parts_.lists.lacks_copies(*push.config)) {
        *lacking = std::move(push.config);
        return std::nullopt;
    }
    if (!refusal) {
        refusal = check_build(push);
    }
    result.findings = push.findings.all();
    result.signed_by = push.signed_by;
    result.forced = push.is_forced;
    if (refusal) {
        result.generation = push.comment ? push.comment->generation : 0;
        result.stage = refusal->stage;
        result.message = refusal->message;
        return std::nullopt;
    }
    result.generation = push.generation->tables.generation;
    if (result.message = parts_.objection(*push.generation); !result.message.empty()) {
        return std::nullopt;
    }
    return Candidate{
        std::make_shared<const Generation>(std::move(*push.generation)),
        std::move(slots),
        entry_of(request, result)};
}

HistoryEntry Pusher::entry_of(const PushRequest& request, const PushResult& result) const {
    HistoryEntry entry;
    entry.generation = result.generation;
    entry.by = request.by;
    entry.signed_by = result.signed_by;
    entry.forced = result.forced;
    if (request.confirm_within_s != 0) {
        entry.provisional = Provisional{
            parts_.boot_id,
            read_clocks().now_ns + request.confirm_within_s * kNsPerSecond,
            request.confirm_within_s};
    }
    return entry;
}

void Pusher::apply(Candidate candidate, PushResult result, const OnResult& on_result) {
    is_under_way_ = true;
    parts_.node.apply(
        std::move(candidate.generation),
        std::move(candidate.slots),
        [this, result, entry = std::move(candidate.entry), on_result](
            const tl::expected<void, std::string>& applied
        ) mutable {
            is_under_way_ = false;
            conclude(entry, result, applied);
            on_result(result);
        }
    );
}

void Pusher::conclude(
    const HistoryEntry& entry,
    PushResult& result,
    const tl::expected<void, std::string>& applied
) {
    const std::string number = std::to_string(result.generation);
    if (!applied) {
        parts_.state.discard(result.generation);
        result.message = applied.error() + kUnchanged;
        parts_.log.warning("push refused", {{"generation", number}, {"reason", result.message}});
        return;
    }
    result.accepted = true;
    HistoryEntry dated = entry;
    dated.unix_ns = read_clocks().unix_ns;
    const auto committed = parts_.state.commit(dated);
    if (!entry.signed_by.empty()) {
        // Only what is known to be past keeps an expired push out when the clock goes back.
        if (const auto kept = parts_.clock.remember(dated.unix_ns); !kept) {
            parts_.log.error("time not kept", {{"reason", kept.error()}});
        }
    }
    on_history();
    if (!committed) {
        result.message = fmt::format(
            "generation {} is live, but a restart may bring the one before it back: {}",
            number,
            committed.error()
        );
        parts_.log.error(
            "push not durable",
            {{"generation", number}, {"reason", committed.error()}}
        );
        return;
    }
    result.message = accepted_message(entry, parts_.node.live_generation() == result.generation);
    if (entry.forced) {
        parts_.log.warning("interlock overridden", {{"generation", number}});
    }
    parts_.log.info(
        entry.cause == HistoryCause::push ? "push accepted" : "rolled back",
        {{"generation", number}, {"cause", std::string(name_of(entry.cause))}}
    );
}

}  // namespace egret::control
