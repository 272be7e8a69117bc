// SPDX-License-Identifier: Apache-2.0
#include "control/lists/take_copy.hpp"

#include "control/config/list_formats.hpp"
#include "control/config/read_file.hpp"
#include "control/lists/kept_entries.hpp"
#include "control/lists/list_signature.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/shrink_guard.hpp"

namespace egret::control {
namespace {

constexpr uint64_t kNsPerMs = 1'000'000;

uint64_t keep_ns(const ListSection& section) {
    return *section.keep_removed_ms * kNsPerMs;
}

std::string format_name(const ListSection& section) {
    const ListFormatTraits* traits = find_list_format(*section.format);
    return traits != nullptr ? std::string(traits->name) : std::string();
}

/// A text as a list, if it is signed and good.
tl::expected<List, std::string>
judge(const ListSection& section, const std::string& text, const std::string& signature) {
    if (std::string complaint = signature_complaint(section, text, signature); !complaint.empty()) {
        return tl::unexpected(std::move(complaint));
    }
    return read_list(section, text);
}

ListOrigin origin_of(const ListSection& section, const ListCopy& copy, const List& list) {
    return {
        *section.source,
        copy.version.empty() ? list.origin.version : copy.version,
        copy.fetched_ns};
}

/// The list of a stored copy, without what is kept.
tl::expected<List, std::string>
bare_list(const ListStore& store, const ListSection& section, const ListCopy& copy) {
    const auto stored = store.read(copy_key(section), copy.hash);
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    return judge(section, stored->text, stored->signature);
}

List with_kept(const ListSection& section, const ListCopy& copy, uint64_t now_ns, List list) {
    list.origin = origin_of(section, copy, list);
    add_kept(copy.kept, keep_ns(section), now_ns, list);
    return list;
}

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
    List list;                   ///< without what is kept
    ListCopy next;               ///< what would be known of it
    std::optional<List> before;  ///< the list as it is, with what is kept
};

/// Holds a text against everything a list must be. Error: one clause.
tl::expected<Weighed, std::string> weigh(
    const ListStore& store,
    const ListSection& section,
    const ListText& given,
    const TakeOptions& options
) {
    auto list = judge(section, given.text, given.signature);
    if (!list) {
        return tl::unexpected(list.error());
    }
    const auto before = copy_of(store, section);
    const auto old_list = last_good(store, section, before);
    Weighed weighed{{}, next_copy(section, before, given, options.now_ns), std::nullopt};
    if (old_list) {
        std::string complaint =
            before->rejected_hash == list_hash(given.text)
                ? "is the version that was taken back; a newer one is waited for"
                : shrink_complaint(*old_list, *list, *section.max_shrink);
        if (!complaint.empty() && !options.allows_shrinking) {
            return tl::unexpected(std::move(complaint));
        }
        const uint64_t gone_ns = given.gone_ns != 0 ? given.gone_ns : options.now_ns;
        weighed.next.kept = kept_after(before->kept, *old_list, *list, gone_ns);
        let_go(weighed.next.kept, keep_ns(section), options.now_ns);
        weighed.before = with_kept(section, *before, 0, *old_list);
    }
    weighed.list = std::move(*list);
    return weighed;
}

}  // namespace

std::string copy_key(const ListSection& section) {
    constexpr size_t kDigits = 16;
    return *section.name + "@" +
           list_hash(*section.source + "\n" + format_name(section)).substr(0, kDigits);
}

std::optional<ListCopy> copy_of(const ListStore& store, const ListSection& section) {
    auto copy = store.find(copy_key(section));
    const bool is_its =
        copy && copy->source == *section.source && copy->format == format_name(section);
    return is_its ? std::move(copy) : std::nullopt;
}

tl::expected<List, std::string>
list_from_copy(const ListStore& store, const ListSection& section, uint64_t now_ns) {
    const auto copy = copy_of(store, section);
    if (!copy || copy->hash.empty()) {
        return tl::unexpected(
            copy && !copy->problem.empty() ? "there is no copy of it: " + copy->problem
                                           : std::string("there is no copy of it")
        );
    }
    auto list = bare_list(store, section, *copy);
    if (!list) {
        return list;
    }
    return with_kept(section, *copy, now_ns, std::move(*list));
}

tl::expected<ListVersions, std::string>
last_versions(const ListStore& store, const ListSection& section) {
    auto copy = copy_of(store, section);
    if (!copy || copy->previous_hash.empty()) {
        return tl::unexpected(std::string("there is no copy before the last one"));
    }
    auto after = bare_list(store, section, *copy);
    copy->hash = copy->previous_hash;
    auto before = bare_list(store, section, *copy);
    if (!before || !after) {
        return tl::unexpected(before ? after.error() : before.error());
    }
    return ListVersions{std::move(*before), std::move(*after)};
}

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
    return with_kept(section, weighed->next, options.now_ns, std::move(weighed->list));
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
    taken.list = with_kept(section, weighed->next, options.now_ns, std::move(weighed->list));
    taken.is_changed = !weighed->before || !have_same_entries(*weighed->before, taken.list);
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
    taken.is_changed = let_go(copy->kept, keep_ns(section), now_ns);
    copy->checked_ns = now_ns;
    copy->problem.clear();
    copy->problem_ns = 0;
    copy->failures = 0;
    copy->not_before_ns = 0;
    taken.list = with_kept(section, *copy, now_ns, std::move(*list));
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
    auto list = judge(section, stored->text, stored->signature);
    if (!list) {
        return tl::unexpected(list.error());
    }
    ListCopy next = *last;
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
    return Taken{with_kept(section, next, now_ns, std::move(*list)), true};
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
