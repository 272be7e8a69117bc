// SPDX-License-Identifier: Apache-2.0
// What operators change, and what they ask about changes: pushes, confirmations, rollbacks, the history, trusted keys and the
// audit log.
#include "control/daemon/operator_commands.hpp"
#include "control/daemon/request_members.hpp"
#include "control/records/command_records.hpp"

#include <algorithm>
#include <utility>

namespace egret::control {
namespace {

Operator operator_of(const OperatorRequest& request) {
    return {request.peer.user, user_name(request.peer.user)};
}

Json generation_json(uint64_t generation) {
    return generation == 0 ? Json(nullptr) : Json(generation);
}

/// The end of the answer to whatever gives the node another generation.
void answer(const Reply& reply, const PushResult& result) {
    Json more = check_json(result.accepted, result.findings);
    more.erase("ok");
    more["generation"] = generation_json(result.generation);
    more["stage"] = text_json(result.stage);
    more["signed_by"] = text_json(result.signed_by);
    more["message"] = result.message;
    if (result.accepted) {
        reply.done(std::move(more));
    } else {
        reply.refuse(result.message, std::move(more));
    }
}

Json history_json(const History& history, size_t index) {
    const HistoryEntry& entry = history[index];
    const bool waits = index + 1 == history.size() && entry.is_provisional();
    return Json{
        {"generation", entry.generation},
        {"time", entry.unix_ns != 0 ? Json(time_text(entry.unix_ns)) : Json(nullptr)},
        {"cause", name_of(entry.cause)},
        {"user", entry.by ? Json(entry.by->user) : Json(nullptr)},
        {"user_name", entry.by ? text_json(entry.by->name) : Json(nullptr)},
        {"signed_by", text_json(entry.signed_by)},
        {"forced", entry.forced},
        {"confirm_within_s", entry.provisional ? Json(entry.provisional->within_s) : Json(nullptr)},
        {"confirmed",
         entry.confirmed_unix_ns != 0 ? Json(time_text(entry.confirmed_unix_ns)) : Json(nullptr)},
        {"waits_for_confirmation", waits},
        {"end", end_of(history, index)},
    };
}

}  // namespace

void OperatorCommands::push(OperatorRequest& request, const Reply& reply) {
    const auto push = std::make_shared<PushRequest>(PushRequest{
        .name = text_of(request.body, "name"),
        .toml = text_of(request.body, "toml"),
        .signature = text_of(request.body, "signature"),
        .by = operator_of(request),
        .dry_run = flag_of(request.body, "dry_run"),
        .force = flag_of(request.body, "force"),
        .confirm_within_s = number_of(request.body, "confirm_within_s").value_or(0),
    });
    const auto go = [this, push, reply] {
        parts_.pusher.push(*push, [reply](const PushResult& result) { answer(reply, result); });
    };
    if (push->confirm_within_s != 0 && !push->dry_run) {
        // Who was reachable until now is what tells a push that cut the node off.
        parts_.confirmation.note_peers(go);
    } else {
        go();
    }
}

void OperatorCommands::confirm(OperatorRequest& request, const Reply& reply) {
    answer(reply, parts_.pusher.confirm(number_of(request.body, "generation").value_or(0)));
}

void OperatorCommands::rollback(OperatorRequest& request, const Reply& reply) {
    const RollbackRequest rollback{
        .generation = number_of(request.body, "generation"),
        .cause = HistoryCause::rollback,
        .by = operator_of(request),
    };
    parts_.pusher.rollback(rollback, [reply](const PushResult& result) { answer(reply, result); });
}

void OperatorCommands::history(OperatorRequest&, const Reply& reply) {
    const History& history = parts_.state.history();
    for (size_t i = 0; i < history.size(); ++i) {
        reply.record(history_json(history, i));
    }
    reply.done();
}

/// The text of one generation, by default of the running one, and with `before` of the one before that.
void OperatorCommands::generation(OperatorRequest& request, const Reply& reply) {
    const History& history = parts_.state.history();
    auto wanted = number_of(request.body, "generation");
    if (!wanted && flag_of(request.body, "before")) {
        wanted = generation_before(history);
        if (!wanted) {
            reply.refuse("no generation before this one is kept");
            return;
        }
    }
    if (!wanted && history.empty()) {
        reply.refuse("no generation was accepted yet");
        return;
    }
    const uint64_t number = wanted.value_or(history.empty() ? 0 : history.back().generation);
    const auto toml = parts_.state.toml_of(number);
    if (!toml) {
        reply.refuse(toml.error());
        return;
    }
    reply.record(Json{{"generation", number}, {"toml", *toml}});
    reply.done();
}

void OperatorCommands::trust(OperatorRequest& request, const Reply& reply) {
    const auto key = crypto::parse_signing_public_key(text_of(request.body, "key"));
    if (!key) {
        reply.refuse("the file " + std::string(crypto::text_of(key.error())));
        return;
    }
    if (const auto added = parts_.trust.add(*key); !added) {
        reply.refuse(added.error());
        return;
    }
    reply.done(Json{
        {"key", key->id.text()},
        {"message", "pushes signed by key " + key->id.text() + " are trusted"}});
}

void OperatorCommands::trust_signed(OperatorRequest& request, const Reply& reply) {
    const auto signature = crypto::parse_file_signature(text_of(request.body, "signature"));
    if (!signature) {
        reply.refuse("the signature file " + std::string(crypto::text_of(signature.error())));
        return;
    }
    const auto key = parts_.trust.add_signed(text_of(request.body, "key"), *signature);
    if (!key) {
        reply.refuse(key.error());
        return;
    }
    reply.done(Json{
        {"key", key->id.text()},
        {"signed_by", signature->key_id.text()},
        {"message",
         "pushes signed by key " + key->id.text() + " are trusted, as key " +
             signature->key_id.text() + " says"}});
}

void OperatorCommands::trust_list(OperatorRequest&, const Reply& reply) {
    for (const crypto::SigningPublicKey& key : parts_.trust.keys()) {
        reply.record(Json{{"key", key.id.text()}, {"public_key", key.text()}});
    }
    reply.done();
}

void OperatorCommands::trust_remove(OperatorRequest& request, const Reply& reply) {
    const std::string id = text_of(request.body, "id");
    if (const auto removed = parts_.trust.remove(id); !removed) {
        reply.refuse(removed.error());
        return;
    }
    const bool is_last = parts_.trust.keys().empty();
    reply.done(Json{
        {"key", id},
        {"message",
         "pushes signed by key " + id + " are refused from now on" +
             (is_last ? "; no key is left: root may push unsigned" : "")}});
}

void OperatorCommands::audit(OperatorRequest& request, const Reply& reply) {
    const uint64_t limit = number_of(request.body, "limit").value_or(kDefaultLimit);
    const auto n = static_cast<size_t>(std::clamp<uint64_t>(limit, 1, kMaxLimit));
    for (const std::string& line : parts_.audit.last_lines(n)) {
        const Json record = Json::parse(line, nullptr, false);
        if (record.is_object()) {
            reply.record(record);
        }
    }
    reply.done();
}

}  // namespace egret::control
