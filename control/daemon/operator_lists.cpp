// SPDX-License-Identifier: Apache-2.0
// `egret lists show`, `diff`, `update` and `accept`, asked of the running node.
#include "control/daemon/operator_commands.hpp"
#include "control/daemon/request_members.hpp"
#include "control/lists/take_copy.hpp"
#include "control/records/list_records.hpp"

#include <algorithm>

namespace egret::control {
namespace {

Json record_of(const Generation& generation, size_t index, const ListStore& store) {
    const ListSection& section = generation.config.lists[index];
    return list_json(generation.config, section, &generation.lists[index], copy_of(store, section));
}

/// The entries of one list, up to what an answer may hold.
void reply_entries(const List& list, const std::optional<ListCopy>& copy, const Reply& reply) {
    const ComingDays days = coming_days(copy);
    size_t left = OperatorCommands::kMaxLimit;
    for (size_t i = 0; i < list.prefixes.size() && left > 0; ++i, --left) {
        reply.record(entry_json(list, list.prefixes[i], days));
    }
    for (size_t i = 0; i < list.domains.size() && left > 0; ++i, --left) {
        reply.record(entry_json(list, list.domains[i], days));
    }
    reply.done();
}

/// What the last copy changed against the one before, and what waits.
void reply_diff(
    const Generation& generation,
    size_t index,
    const ListStore& store,
    const Reply& reply
) {
    const ListSection& section = generation.config.lists[index];
    const auto versions = last_versions(store, section);
    if (!versions) {
        reply.refuse("list \"" + *section.name + "\": " + versions.error());
        return;
    }
    const auto copy = copy_of(store, section);
    const List& used = generation.lists[index];
    reply.record(list_diff_json(generation.config, section, *versions, used, coming_days(copy)));
    reply.done();
}

/// The strings of a member that is an array.
std::vector<std::string> texts_of(const Json& request, const char* name) {
    std::vector<std::string> texts;
    const auto found = request.find(name);
    if (found != request.end() && found->is_array()) {
        for (const Json& one : *found) {
            texts.push_back(one.is_string() ? one.get<std::string>() : std::string());
        }
    }
    return texts;
}

bool is_set(const Json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_boolean() && found->get<bool>();
}

/// One of the lists that has no copy before its last, or nothing.
std::optional<std::string> without_previous(
    const Generation& generation,
    const std::vector<std::string>& names,
    const ListStore& store
) {
    for (const ListSection& section : generation.config.lists) {
        const auto copy = copy_of(store, section);
        const bool is_named = std::ranges::find(names, *section.name) != names.end();
        if (is_named && (!copy || copy->previous_hash.empty())) {
            return *section.name;
        }
    }
    return std::nullopt;
}

/// A name no list of the generation has, or nothing.
std::optional<std::string>
unknown_name(const Generation& generation, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (std::ranges::find(generation.lists, name, &List::name) == generation.lists.end()) {
            return name;
        }
    }
    return std::nullopt;
}

}  // namespace

void OperatorCommands::lists(OperatorRequest& request, const Reply& reply) {
    const GenerationBook::Shared generation = parts_.node.book().current();
    const auto asked = request.body.find("list");
    const bool is_one = asked != request.body.end();
    if (generation == nullptr) {
        is_one ? reply.refuse("no configuration yet: push one") : reply.done();
        return;
    }
    if (!is_one) {
        for (size_t i = 0; i < generation->lists.size(); ++i) {
            reply.record(record_of(*generation, i, parts_.lists.store()));
        }
        reply.done();
        return;
    }
    const std::string name = asked->is_string() ? asked->get<std::string>() : std::string();
    const auto list = std::ranges::find(generation->lists, name, &List::name);
    if (list == generation->lists.end()) {
        reply.refuse("there is no list \"" + name + "\"");
        return;
    }
    const auto index = static_cast<size_t>(list - generation->lists.begin());
    if (is_set(request.body, "diff")) {
        reply_diff(*generation, index, parts_.lists.store(), reply);
        return;
    }
    reply_entries(*list, copy_of(parts_.lists.store(), generation->config.lists[index]), reply);
}

void OperatorCommands::lists_update(OperatorRequest& request, const Reply& reply) {
    const GenerationBook::Shared generation = parts_.node.book().current();
    if (generation == nullptr) {
        reply.refuse("no configuration yet: push one");
        return;
    }
    const std::vector<std::string> names = texts_of(request.body, "lists");
    if (const auto unknown = unknown_name(*generation, names)) {
        reply.refuse("there is no list \"" + *unknown + "\"");
        return;
    }
    const ListKeeper::UpdateRequest update{
        .names = names,
        .allows_shrinking = is_set(request.body, "force"),
        .takes_previous = is_set(request.body, "previous"),
    };
    if (update.takes_previous) {
        const auto without = without_previous(*generation, names, parts_.lists.store());
        if (names.empty() || without) {
            reply.refuse(
                without ? "list \"" + *without + "\": there is no copy before the last one"
                        : "name the lists that are to go back"
            );
            return;
        }
    }
    parts_.lists.update(update, [this, names, reply] {
        const GenerationBook::Shared& now = parts_.node.book().current();
        for (size_t i = 0; i < now->lists.size(); ++i) {
            const bool is_meant =
                names.empty() || std::ranges::find(names, now->lists[i].name) != names.end();
            if (is_meant) {
                reply.record(record_of(*now, i, parts_.lists.store()));
            }
        }
        reply.done();
    });
}

void OperatorCommands::lists_accept(OperatorRequest& request, const Reply& reply) {
    const std::string name = text_of(request.body, "list");
    const GenerationBook::Shared generation = parts_.node.book().current();
    if (generation == nullptr) {
        reply.refuse("no configuration yet: push one");
        return;
    }
    if (unknown_name(*generation, {name})) {
        reply.refuse("there is no list \"" + name + "\"");
        return;
    }
    if (const auto accepted = parts_.lists.accept(name, texts_of(request.body, "entries"));
        !accepted) {
        reply.refuse("list \"" + name + "\": " + accepted.error());
        return;
    }
    const GenerationBook::Shared& now = parts_.node.book().current();
    for (size_t i = 0; i < now->lists.size(); ++i) {
        if (now->lists[i].name == name) {
            reply.record(record_of(*now, i, parts_.lists.store()));
        }
    }
    reply.done();
}

}  // namespace egret::control
