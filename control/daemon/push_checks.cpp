// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/push_checks.hpp"

#include "control/config/config_toml.hpp"
#include "control/config/cross_check.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_config.hpp"
#include "control/config/validate.hpp"
#include "control/locations/check_locations.hpp"
#include "control/policy/interlock.hpp"
#include "control/records/time.hpp"

#include <array>
#include <fmt/format.h>
#include <span>

namespace egret::control {
namespace {

/// Why a push goes no further; empty: it does.
using Refusal = std::string;

const char* const kHasErrors = "the configuration has errors";

Refusal check_size(PushCase& push) {
    return push.request.toml.size() <= kMaxConfigBytes
               ? Refusal()
               : fmt::format("the file is larger than {} bytes", kMaxConfigBytes);
}

Refusal check_unsigned(const PushCase& push) {
    if (!push.judges.trust.keys().empty()) {
        return "it is not signed, and this node trusts signed pushes only: sign it with egret "
               "keys sign";
    }
    return push.request.by.user == 0 ? Refusal() : "an unsigned push is taken from root only";
}

Refusal check_signature(PushCase& push) {
    if (push.request.signature.empty()) {
        return check_unsigned(push);
    }
    if (push.judges.trust.keys().empty()) {
        return "it is signed, but this node trusts no key yet: install one with egret trust";
    }
    const auto signature = crypto::parse_file_signature(push.request.signature);
    if (!signature) {
        return fmt::format("the signature file {}", crypto::text_of(signature.error()));
    }
    const auto judged = push.judges.trust.judge(push.request.toml, *signature);
    if (!judged) {
        return "the signature " + judged.error();
    }
    push.signed_by = judged->id.text();
    auto comment = parse_push_comment(signature->trusted_comment);
    if (!comment) {
        return fmt::format(
            "the signature's trusted comment {}: sign with egret keys sign --expires",
            comment.error()
        );
    }
    push.comment = std::move(*comment);
    return {};
}

/// A node that runs nothing yet has no name but the one it is given.
Refusal check_node(PushCase& push) {
    const Config* running = push.judges.running;
    if (!push.comment || running == nullptr || push.comment->node == *running->node.name) {
        return {};
    }
    return fmt::format(
        "it is signed for node {}, and this is {}: push it there",
        push.comment->node,
        *running->node.name
    );
}

Refusal exceeds_highest(const PushCase& push, uint64_t generation) {
    const uint64_t highest = push.judges.state.highest();
    return generation > highest
               ? Refusal()
               : fmt::format(
                     "generation {} does not exceed {}, the highest this node ever accepted: "
                     "raise it",
                     generation,
                     highest
                 );
}

Refusal check_generation(PushCase& push) {
    return push.comment ? exceeds_highest(push, push.comment->generation) : Refusal();
}

Refusal check_expiry(PushCase& push) {
    const PushJudges& judges = push.judges;
    const uint64_t now_ns = judges.clock.now_unix_ns(judges.wall_unix_ns);
    if (!push.comment || now_ns < push.comment->expires_unix_ns) {
        return {};
    }
    const std::string expired = fmt::format(
        "its signature expired at {} and it is {}: sign it anew",
        time_text(push.comment->expires_unix_ns),
        time_text(now_ns)
    );
    return now_ns == judges.wall_unix_ns
               ? expired
               : fmt::format(
                     "{}; the machine's clock says {}, which is past: set it, and delete {} if "
                     "that is wrong",
                     expired,
                     time_text(judges.wall_unix_ns),
                     judges.clock.file().string()
                 );
}

Refusal check_nesting(PushCase& push) {
    const auto hazard = find_hazard(push.request.toml);
    if (!hazard) {
        return {};
    }
    push.findings.error(hazard->at, "", std::string(hazard->message));
    return kHasErrors;
}

Refusal check_toml(PushCase& push) {
    push.document = parse_toml(push.request.toml, push.findings);
    return push.document ? Refusal() : kHasErrors;
}

/// Refuses nothing yet: all mistakes of the configuration come at once.
Refusal check_schema(PushCase& push) {
    validate(*push.document, push.findings);
    push.config = read_config(*push.document, push.judges.state.path(), push.findings);
    push.document.reset();
    return {};
}

LoadOptions load_options(PushCase& push) {
    const uint64_t wall_ns = push.judges.wall_unix_ns;
    const NodeTime now{wall_ns, push.judges.clock.now_unix_ns(wall_ns) == wall_ns};
    return {
        .needs_keys = true,
        .wants_closed_keys = true,
        .slots = &push.slots,
        .wall_time = wall_time(now),
        .lists = {.store = &push.judges.lists, .now_ns = push.judges.wall_unix_ns}};
}

/// The signature speaks of this configuration, not only of its bytes.
Refusal check_agreement(const PushCase& push) {
    if (!push.comment) {
        return exceeds_highest(push, *push.config->node.generation);
    }
    const NodeSection& node = push.config->node;
    if (push.comment->node != *node.name || push.comment->generation != *node.generation) {
        return fmt::format(
            "it is signed as generation {} of node {}, but holds generation {} of node {}: sign "
            "it anew",
            push.comment->generation,
            push.comment->node,
            *node.generation,
            *node.name
        );
    }
    return {};
}

Refusal check_references(PushCase& push) {
    cross_check(*push.config, push.findings);
    if (push.findings.has_errors()) {
        // Lists and keys have their say too before everything is reported.
        static_cast<void>(
            build_generation(std::move(*push.config), load_options(push), push.findings)
        );
        return kHasErrors;
    }
    return check_agreement(push);
}

/// Said as an error, or with force as a warning.
void say(PushCase& push, std::string_view key, const std::string& message) {
    if (push.request.force) {
        push.findings.warning({}, key, message);
    } else {
        push.findings.error({}, key, message);
    }
}

/// The number of trusted locations that would go without their mark having gone first.
size_t say_deletions(PushCase& push) {
    if (push.judges.running == nullptr) {
        return 0;
    }
    size_t n = 0;
    Findings deletions(push.request.name);
    check_deletions(push.judges.running->locations, push.config->locations, deletions);
    for (const Finding& finding : deletions.all()) {
        if (finding.severity == Severity::error) {
            say(push, finding.key, finding.message);
            ++n;
        } else {
            push.findings.note({}, finding.key, finding.message);
        }
    }
    return n;
}

/// What would lock users out is refused, or with force only said.
Refusal check_interlock(PushCase& push) {
    const auto refusals = interlock(push.judges.running, *push.config);
    for (const InterlockRefusal& refusal : refusals) {
        say(push, "", refusal.message);
    }
    const size_t n_deleted = say_deletions(push);
    const bool is_refused = !refusals.empty() || n_deleted != 0;
    push.is_forced = push.request.force && is_refused;
    if (!is_refused || push.is_forced) {
        return {};
    }
    if (refusals.empty()) {
        return "it would delete trusted locations. To go on: take their trusted mark away, push "
               "that alone, and then this; or push again with --force, which is logged";
    }
    std::string_view advice = interlock_advice();
    advice.remove_suffix(advice.ends_with('.') ? 1 : 0);
    return "it would move users out of the locations their policies rely on. " +
           std::string(advice);
}

Refusal build(PushCase& push) {
    push.generation = build_generation(std::move(*push.config), load_options(push), push.findings);
    return push.generation ? Refusal() : kHasErrors;
}

struct Stage {
    std::string_view name;
    Refusal (*check)(PushCase& push);
};

constexpr std::array kStages{
    Stage{"size", check_size},
    Stage{"signature", check_signature},
    Stage{"node", check_node},
    Stage{"generation", check_generation},
    Stage{"expiry", check_expiry},
    Stage{"nesting depth", check_nesting},
    Stage{"TOML", check_toml},
    Stage{"schema", check_schema},
    Stage{"cross references", check_references},
    Stage{"interlock", check_interlock},
    Stage{"build", build},
};

std::optional<PushRefusal> run(std::span<const Stage> stages, PushCase& push) {
    std::optional<PushRefusal> refusal;
    for (const Stage& stage : stages) {
        if (Refusal why = stage.check(push); !why.empty()) {
            refusal = PushRefusal{stage.name, std::move(why)};
            break;
        }
    }
    push.findings.sort();
    return refusal;
}

}  // namespace

std::optional<PushRefusal> check_before_build(PushCase& push) {
    return run(std::span(kStages).first<kStages.size() - 1>(), push);
}

std::optional<PushRefusal> check_build(PushCase& push) {
    return run(std::span(kStages).last<1>(), push);
}

std::optional<PushRefusal> check_push(PushCase& push) {
    auto refusal = check_before_build(push);
    return refusal ? refusal : check_build(push);
}

std::vector<std::string_view> push_stages() {
    std::vector<std::string_view> names;
    for (const Stage& stage : kStages) {
        names.push_back(stage.name);
    }
    return names;
}

}  // namespace egret::control
