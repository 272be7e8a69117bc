// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/list_formats.hpp"
#include "control/config/read_config.hpp"
#include "control/config/scalars.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// Every key of `select`, for the complaint about one that belongs to another format.
constexpr std::string_view kSelectKeys[] =
    {"ids", "service_areas", "categories", "required", "tags", "cells", "services", "regions"};

/// Keys that say something about how a source is fetched and believed.
constexpr std::string_view kSourceKeys[] = {
    "format",
    "select",
    "refresh",
    "keep_removed",
    "new_entries",
    "max_shrink",
    "max_bytes",
    "signed_by",
    "proxy",
    "ca",
    "outbound"};

void check_parts(const TableReader& select, const ListSection& list, Findings& findings) {
    const ListFormatTraits* traits = find_list_format(*list.format);
    if (traits == nullptr) {
        return;
    }
    for (const std::string_view key : kSelectKeys) {
        if (select.has(key) && std::ranges::find(traits->parts, key) == traits->parts.end()) {
            findings.error(
                select.at(),
                fmt::format("list.select.{}", key),
                fmt::format("format \"{}\" has no such parts", traits->name)
            );
        }
    }
}

void read_select(const TableReader& table, ListSection& list, Findings& findings) {
    ListSelection& select = list.select;
    select.at = table.at();
    table.read("ids", select.ids);
    table.read("service_areas", select.service_areas);
    table.read("categories", select.categories);
    Located<bool> required;
    table.read("required", required);
    select.required_only = *required;
    table.read("tags", select.tags);
    table.read("cells", select.cells);
    table.read("services", select.services);
    table.read("regions", select.regions);
    check_parts(table, list, findings);
}

void read_download(const TableReader& table, ListSection& list, Findings& findings) {
    table.read("proxy", list.proxy);
    table.read_path("ca", list.ca);
    for (const std::string_view key : {"proxy", "ca"}) {
        if (table.has(key) && !list.is_remote) {
            findings.warning(
                table.at(),
                fmt::format("list.{}", key),
                "has no effect: only an https: source is downloaded"
            );
        }
    }
}

void read_source(const TableReader& table, ListSection& list, Findings& findings) {
    Text format;
    table.read("format", format);
    if (const ListFormatTraits* traits = find_list_format(*format)) {
        list.format = {traits->format, format.at};
    }
    table.read("source", list.source);
    list.is_remote = list.source.stated() && !path_of_file(*list.source);
    table.read_path("source", list.source);
    if (!table.has("format")) {
        findings.error(list.source.at, "list.format", "is missing: a source needs one");
    }
    if (table.has("prefixes") || table.has("domains")) {
        findings
            .error(table.at(), "list", "has a source and entries of its own; make two lists of it");
    }
    table.read("outbound", list.outbound);
    table.read_ms("refresh", list.refresh_ms);
    table.read_ms("keep_removed", list.keep_removed_ms);
    table.read("new_entries", kNewEntries, list.new_entries);
    table.read("max_shrink", list.max_shrink);
    table.read("max_bytes", list.max_bytes);
    table.read("signed_by", list.signed_by);
    read_download(table, list, findings);
    if (const auto select = table.table("select")) {
        read_select(*select, list, findings);
    }
}

void read_entries(const TableReader& table, ListSection& list, Findings& findings) {
    table.read("prefixes", list.prefixes);
    table.read_domains("domains", list.domains);
    if (!table.has_items("prefixes") && !table.has_items("domains")) {
        findings.error(table.at(), "list", "has neither a source nor prefixes nor domains");
    }
    for (const std::string_view key : kSourceKeys) {
        if (table.has(key)) {
            findings
                .error(table.at(), "list." + std::string(key), "belongs to a list with a source");
        }
    }
}

ListSection read_list(const TableReader& table, Findings& findings) {
    ListSection list;
    table.read("name", list.name);
    table.read("minus", list.minus);
    if (table.has("source")) {
        read_source(table, list, findings);
    } else {
        read_entries(table, list, findings);
    }
    return list;
}

}  // namespace

void read_list_sections(const TableReader& document, Config& config, Findings& findings) {
    document.each("list", [&](const TableReader& table) {
        config.lists.push_back(read_list(table, findings));
    });
}

}  // namespace egret::control
