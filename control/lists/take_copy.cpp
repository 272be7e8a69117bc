// SPDX-License-Identifier: Apache-2.0
#include "control/lists/take_copy.hpp"

#include "control/config/read_file.hpp"
#include "control/lists/kept_entries.hpp"
#include "control/lists/list_signature.hpp"
#include "control/lists/shrink_guard.hpp"
#include "control/lists/waiting_entries.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// What is known from now on, if `given` is taken.
ListCopy next_copy(
    const ListSection& section,
    const std::optional<ListCopy>& before,
    const ListText& given,
    uint64_t now_ns
) {
    ListCopy next;
    next.source = *section.source;
    next.format = format_name(section);
    next.version = given.version;
    next.seen_version = given.version;
    next.etag = given.etag;
    next.last_modified = given.last_modified;
    next.coming = given.coming;
    next.fetched_ns = now_ns;
    next.checked_ns = now_ns;
    if (before) {
        const bool is_same = before->hash == list_hash(given.text);
        next.previous_hash = before->previous_hash;
        next.previous_version = is_same ? before->previous_version : before->version;
        next.fetched_ns = is_same ? before->fetched_ns : now_ns;
        next.rejected_hash = is_same ? before->rejected_hash : std::string();
    }
    return next;
}

/// What a new text is held against. A copy that cannot be read any more, with another `select` for instance, is nothing.
std::optional<List>
last_good(const ListStore& store, const ListSection& section, const std::optional<ListCopy>& copy) {
    if (!copy || copy->hash.empty()) {
        return std::nullopt;
    }
    auto list = bare_list(store, section, *copy);
    return list ? std::optional(std::move(*list)) : std::nullopt;
}

/// What a new text would make of a list.
struct Weighed {
    List list;                   ///< as the text has it
    ListCopy next;               ///< what would be known of it
    std::optional<List> before;  ///< the list as it is used, with what is kept
};

/// What of a text waits once it is the copy: what is not used so far.
std::vector<std::string> next_waiting(
    const ListSection& section,
    const ListCopy& before,
    const List* used,
    const List& list
) {
    if (*section.new_entries == NewEntries::use) {
        return {};
    }
    if (used != nullptr) {
        return waiting_after(*used, list);
    }
    // Without a copy that can be read the list begins anew, but nobody has accepted what waited.
    List begun = list;
    set_aside(before.waiting, begun);
    return waiting_in(begun);
}

/// Holds a new version against the one before, which `weighed.before` and `old_list` have with and without what is kept; fills
/// in what becomes of what it removes and adds. Error: one clause.
tl::expected<void, std::string> compare(
    const ListSection& section,
    const ListText& given,
    const TakeOptions& options,
    const ListCopy& before,
    const List& old_list,
    Weighed& weighed
) {
    std::string complaint = before.rejected_hash == list_hash(given.text)
                                ? "is the version that was taken back; a newer one is waited for"
                                : shrink_complaint(old_list, weighed.list, *section.max_shrink);
    if (!complaint.empty() && !options.allows_shrinking) {
        return tl::unexpected(std::move(complaint));
    }
    const uint64_t gone_ns = given.gone_ns != 0 ? given.gone_ns : options.now_ns;
    weighed.next.kept = kept_after(before.kept, old_list, weighed.list, gone_ns);
    let_go(weighed.next.kept, keep_removed_ns(section), options.now_ns);
    weighed.next.waiting = next_waiting(section, before, &*weighed.before, weighed.list);
    if (weighed.next.waiting.size() > kMaxWaiting) {
        return tl::unexpected(fmt::format(
            "adds more than the {} entries that may wait (new_entries = \"use\" takes them)",
            kMaxWaiting
        ));
    }
    return {};
}

/// Holds a text against everything a list must be. Error: one clause.
tl::expected<Weighed, std::string> weigh(
    const ListStore& store,
    const ListSection& section,
    const ListText& given,
    const TakeOptions& options
) {
    auto list = judge_text(section, given.text, given.signature);
    if (!list) {
        return tl::unexpected(list.error());
    }
    const auto before = copy_of(store, section);
    const auto old_text = last_good(store, section, before);
    Weighed weighed{
        std::move(*list),
        next_copy(section, before, given, options.now_ns),
        std::nullopt};
    if (!old_text) {
        weighed.next.waiting =
            next_waiting(section, before.value_or(ListCopy{}), options.in_use, weighed.list);
        return weighed;
    }
    // What only waited was not used: it is no loss, and nothing to keep.
    List old_list = *old_text;
    if (*section.new_entries == NewEntries::hold) {
        set_aside(before->waiting, old_list);
    }
    weighed.before = as_used(section, *before, 0, *old_text);
    const auto compared = compare(section, given, options, *before, old_list, weighed);
    return compared ? tl::expected<Weighed, std::string>(std::move(weighed))
                    : tl::unexpected(compared.error());
}

}  // namespace

tl::expected<List, std::string> preview_copy(
    const ListStore& store,
    const ListSection& section,
    const ListText& given,
    const TakeOptions& options
) {
    auto weighed = weigh(store, section, given, options);
    if (!weighed) {
        return tl::unexpected(weighed.error());
    }
    return as_used(section, weighed->next, options.now_ns, std::move(weighed->list));
}

tl::expected<Taken, std::string> take_copy(
    const ListStore& store,
    const ListSection& section,
    const ListText& given,
    const TakeOptions& options
) {
    auto weighed = weigh(store, section, given, options);
    if (!weighed) {
        note_failure(store, section, weighed.error(), options.now_ns, 0);
        return tl::unexpected(weighed.error());
    }
    const auto accepted =
        store.accept(copy_key(section), weighed->next, {given.text, given.signature});
    if (!accepted) {
        return tl::unexpected(accepted.error());
    }
    Taken taken;
    taken.list = as_used(section, weighed->next, options.now_ns, std::move(weighed->list));
    taken.is_changed = !weighed->before || !have_same_entries(*weighed->before, taken.list);
    taken.is_waiting_changed =
        weighed->next.waiting !=
        (weighed->before ? waiting_in(*weighed->before) : std::vector<std::string>());
    return taken;
}

tl::expected<Taken, std::string>
confirm_copy(const ListStore& store, const ListSection& section, uint64_t now_ns) {
    auto copy = copy_of(store, section);
    auto list = copy ? bare_list(store, section, *copy)
                     : tl::expected<List, std::string>(tl::unexpect, "there is no copy of it");
    if (!list) {
        return tl::unexpected(list.error());
    }
    Taken taken;
    taken.is_changed = let_go(copy->kept, keep_removed_ns(section), now_ns);
    if (*section.new_entries == NewEntries::use) {
        copy->waiting.clear();
    }
    copy->checked_ns = now_ns;
    copy->problem.clear();
    copy->problem_ns = 0;
    copy->failures = 0;
    copy->not_before_ns = 0;
    taken.list = as_used(section, *copy, now_ns, std::move(*list));
    if (const auto noted = store.note(copy_key(section), *copy); !noted) {
        return tl::unexpected(noted.error());
    }
    return taken;
}

tl::expected<Taken, std::string>
take_previous(const ListStore& store, const ListSection& section, uint64_t now_ns) {
    const auto last = copy_of(store, section);
    if (!last || last->previous_hash.empty()) {
        return tl::unexpected(std::string("there is no copy before the last one"));
    }
    auto stored = store.read(copy_key(section), last->previous_hash);
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    auto list = judge_text(section, stored->text, stored->signature);
    if (!list) {
        return tl::unexpected(list.error());
    }
    ListCopy next = *last;
    const auto text = last_good(store, section, last);
    const auto used = text ? std::optional(as_used(section, *last, 0, *text)) : std::nullopt;
    next.waiting = next_waiting(section, *last, used ? &*used : nullptr, *list);
    next.rejected_hash = last->hash;
    next.version = last->previous_version;
    next.previous_version = last->version;
    next.fetched_ns = now_ns;
    next.kept.clear();
    next.problem.clear();
    next.failures = 0;
    if (const auto accepted = store.accept(copy_key(section), next, *stored); !accepted) {
        return tl::unexpected(accepted.error());
    }
    return Taken{as_used(section, next, now_ns, std::move(*list)), true, true};
}

tl::expected<Taken, std::string> accept_waiting(
    const ListStore& store,
    const ListSection& section,
    const std::vector<std::string>& entries,
    uint64_t now_ns
) {
    auto copy = copy_of(store, section);
    if (!copy || copy->waiting.empty() || *section.new_entries == NewEntries::use) {
        return tl::unexpected(std::string("nothing waits to be accepted"));
    }
    auto list = bare_list(store, section, *copy);
    auto left = without_accepted(copy->waiting, entries);
    if (!list || !left) {
        return tl::unexpected(list ? left.error() : list.error());
    }
    copy->waiting = std::move(*left);
    if (const auto noted = store.note(copy_key(section), *copy); !noted) {
        return tl::unexpected(noted.error());
    }
    return Taken{as_used(section, *copy, now_ns, std::move(*list)), true, true};
}

void note_failure(
    const ListStore& store,
    const ListSection& section,
    const std::string& problem,
    uint64_t now_ns,
    uint64_t not_before_ns
) {
    ListCopy copy = copy_of(store, section).value_or(ListCopy{});
    copy.source = *section.source;
    copy.format = format_name(section);
    copy.problem = problem;
    copy.problem_ns = now_ns;
    copy.not_before_ns = not_before_ns;
    ++copy.failures;
    // What cannot even be noted is in the log, and the copy that counts is as it was.
    static_cast<void>(store.note(copy_key(section), copy));
}

tl::expected<ListText, std::string> read_list_file(const ListSection& section) {
    auto text = read_file(*section.source, *section.max_bytes);
    if (!text) {
        return tl::unexpected(text.error());
    }
    ListText given;
    given.text = std::move(*text);
    if (section.signed_by.stated()) {
        constexpr size_t kMaxSignature = 16 * 1024;
        auto signature = read_file(*section.source + kSignatureSuffix, kMaxSignature);
        given.signature = signature ? std::move(*signature) : std::string();
    }
    return given;
}

}  // namespace egret::control
