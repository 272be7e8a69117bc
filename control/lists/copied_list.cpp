// SPDX-License-Identifier: Apache-2.0
#include "control/lists/copied_list.hpp"

#include "control/config/list_formats.hpp"
#include "control/lists/kept_entries.hpp"
#include "control/lists/list_signature.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/waiting_entries.hpp"

namespace egret::control {
namespace {

ListOrigin origin_of(const ListSection& section, const ListCopy& copy, const List& list) {
    return {
        *section.source,
        copy.version.empty() ? list.origin.version : copy.version,
        copy.fetched_ns};
}

}  // namespace

std::string format_name(const ListSection& section) {
    const ListFormatTraits* traits = find_list_format(*section.format);
    return traits != nullptr ? std::string(traits->name) : std::string();
}

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
judge_text(const ListSection& section, const std::string& text, const std::string& signature) {
    if (std::string complaint = signature_complaint(section, text, signature); !complaint.empty()) {
        return tl::unexpected(std::move(complaint));
    }
    return read_list(section, text);
}

tl::expected<List, std::string>
bare_list(const ListStore& store, const ListSection& section, const ListCopy& copy) {
    const auto stored = store.read(copy_key(section), copy.hash);
    if (!stored) {
        return tl::unexpected(stored.error());
    }
    return judge_text(section, stored->text, stored->signature);
}

List as_used(const ListSection& section, const ListCopy& copy, uint64_t now_ns, List list) {
    list.origin = origin_of(section, copy, list);
    if (*section.new_entries == NewEntries::hold) {
        set_aside(copy.waiting, list);
    }
    add_kept(copy.kept, keep_removed_ns(section), now_ns, list);
    return list;
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
    return as_used(section, *copy, now_ns, std::move(*list));
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

}  // namespace egret::control
