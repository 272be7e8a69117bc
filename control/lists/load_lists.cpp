// SPDX-License-Identifier: Apache-2.0
#include "control/lists/load_lists.hpp"

#include "control/lists/apply_minus.hpp"
#include "control/lists/list_builder.hpp"
#include "control/lists/list_report.hpp"
#include "control/lists/list_signature.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/take_copy.hpp"
#include "control/lists/waiting_entries.hpp"

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

/// Says what a list has and does not use.
List noted(List list, ListReport& report) {
    if (const size_t n = waiting_in(list).size(); n != 0) {
        report.note(fmt::format(
            "{} new {} held, not used: egret lists accept {}",
            n,
            n == 1 ? "entry is" : "entries are",
            list.name
        ));
    }
    return list;
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
    if (options.store == nullptr) {
        return std::move(*list);
    }
    // What a file loses against the copy must not be too much, and stays for a while; the copy itself is replaced when the
    // generation has been accepted.
    auto with_kept = preview_copy(*options.store, section, *given, {.now_ns = options.now_ns});
    if (!with_kept) {
        report.error(with_kept.error());
        return empty_list(section);
    }
    with_kept->origin.fetched_ns = 0;
    return noted(std::move(*with_kept), report);
}

List read_download(const ListSection& section, const ListOptions& options, Findings& findings) {
    ListReport report(section, findings);
    if (options.store != nullptr) {
        auto list = list_from_copy(*options.store, section, options.now_ns);
        if (list) {
            return noted(std::move(*list), report);
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
