// SPDX-License-Identifier: Apache-2.0
#include "control/lists/load_lists.hpp"

#include "control/config/read_file.hpp"
#include "control/lists/list_builder.hpp"
#include "control/lists/list_guard.hpp"
#include "control/lists/list_report.hpp"
#include "control/lists/m365.hpp"
#include "control/lists/text_list.hpp"

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
        builder.add_prefix(*prefix, 0);
    }
    for (const Located<std::string>& domain : section.domains) {
        static_cast<void>(builder.add_domain(*domain, 0));
    }
    return builder.take();
}

void remark_on_host_bits(const ListBuilder& builder, ListReport& report) {
    const size_t others = builder.n_host_bits() - 1;
    report.note(fmt::format(
        "\"{}\"{} has host bits set, which are cleared",
        builder.first_host_bits(),
        others == 0 ? std::string() : fmt::format(" (and {} more)", others)
    ));
}

List read_source(const ListSection& section, Findings& findings) {
    ListReport report(section, findings);
    const auto text = read_file(*section.source, kMaxListBytes);
    if (!text) {
        report.error(text.error());
        return empty_list(section);
    }
    ListBuilder builder(*section.name);
    const bool is_m365 = section.format.value == ListFormat::m365;
    if (!(is_m365 ? read_m365(*text, report, builder) : read_text_list(*text, report, builder))) {
        return empty_list(section);
    }
    if (builder.n_host_bits() != 0) {
        remark_on_host_bits(builder, report);
    }
    if (builder.list().prefixes.empty() && builder.list().domains.empty()) {
        report.error("gives neither prefixes nor domains");
    } else if (const std::string complaint = guard_complaint(builder.list()); !complaint.empty()) {
        report.error(complaint);
    }
    return builder.take();
}

}  // namespace

std::vector<List> load_lists(const Config& config, Findings& findings) {
    std::vector<List> lists;
    lists.reserve(config.lists.size());
    for (const ListSection& section : config.lists) {
        if (section.format.value == ListFormat::inline_entries) {
            lists.push_back(read_inline(section));
        } else if (section.format.value == ListFormat::later || section.source->empty()) {
            lists.push_back(empty_list(section));
        } else {
            lists.push_back(read_source(section, findings));
        }
    }
    return lists;
}

}  // namespace egret::control
