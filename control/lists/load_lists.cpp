// SPDX-License-Identifier: Apache-2.0
#include "control/lists/load_lists.hpp"

#include "control/lists/apply_minus.hpp"
#include "control/lists/kept_entries.hpp"
#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"
#include "control/lists/list_signature.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/shrink_guard.hpp"
#include "control/lists/take_copy.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

List empty_list(const ListSection& section) {
    return ListBuilder(*section.name).take();
}

/// What the configuration itself holds; its syntax has been checked there.
List read_inline(const ListSection& section) {
    ListBuilder builder(*section.name);
    for (const Located<api::Prefix>& prefix : section.prefixes) {
        builder.add_prefix(*prefix, {});
    }
    for (const Located<std::string>& domain : section.domains) {
        static_cast<void>(builder.add_domain(*domain, {}));
    }
    return builder.take();
}

/// A file that is about to take the place of a copy must not lose too much, and what it loses stays for a
/// while; the copy itself is replaced when the generation has been accepted.
void hold_against_copy(
    const ListSection& section,
    const ListOptions& options,
    ListReport& report,
    List& list
) {
    const auto copy = copy_of(*options.store, section);
    auto before = list_from_copy(*options.store, section, options.now_ns);
    if (!copy || !before) {
        return;
    }
    const std::string complaint = shrink_complaint(*before, list, *section.max_shrink);
    if (!complaint.empty()) {
        report.error(complaint + "; raise it if that is meant");
        return;
    }
    constexpr uint64_t kNsPerMs = 1'000'000;
    const auto kept = kept_after({}, *before, list, options.now_ns);
    add_kept(kept, *section.keep_removed_ms * kNsPerMs, options.now_ns, list);
}

List read_file_source(const ListSection& section, const ListOptions& options, Findings& findings) {
    ListReport report(section, findings);
    const auto given = read_list_file(section);
    if (!given) {
        report.error(given.error());
        return empty_list(section);
    }
    if (const std::string complaint = signature_complaint(section, given->text, given->signature);
        !complaint.empty()) {
        report.error(complaint);
        return empty_list(section);
    }
    auto list = read_list(section, given->text, findings);
    if (!list) {
        return empty_list(section);
    }
    list->origin.source = *section.source;
    if (options.store != nullptr) {
        hold_against_copy(section, options, report, *list);
    }
    return std::move(*list);
}

List read_download(const ListSection& section, const ListOptions& options, Findings& findings) {
    ListReport report(section, findings);
    if (options.store != nullptr) {
        auto list = list_from_copy(*options.store, section, options.now_ns);
        if (list) {
            return std::move(*list);
        }
        if (copy_of(*options.store, section)) {
            report.error(list.error());
            return empty_list(section);
        }
    }
    if (options.may_lack_downloads) {
        report.warning("not looked at: there is no copy of it here; egretd downloads it");
    } else {
        report.error("there is no copy of it here: `egret lists update` downloads one");
    }
    return empty_list(section);
}

List read_source(const ListSection& section, const ListOptions& options, Findings& findings) {
    if (section.is_remote) {
        return read_download(section, options, findings);
    }
    if (options.store != nullptr && options.prefers_copies) {
        auto list = list_from_copy(*options.store, section, options.now_ns);
        if (list) {
            return std::move(*list);
        }
    }
    return read_file_source(section, options, findings);
}

}  // namespace

std::vector<List> load_lists(const Config& config, Findings& findings, const ListOptions& options) {
    std::vector<List> lists;
    lists.reserve(config.lists.size());
    for (const ListSection& section : config.lists) {
        if (*section.format == ListFormat::inline_entries) {
            lists.push_back(read_inline(section));
        } else if (section.source->empty()) {
            lists.push_back(empty_list(section));
        } else {
            lists.push_back(read_source(section, options, findings));
        }
    }
    apply_minus(config, lists, findings);
    return lists;
}

}  // namespace egret::control
