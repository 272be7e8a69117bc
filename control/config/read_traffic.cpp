// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/read_config.hpp"
#include "control/config/scalars.hpp"

namespace egret::control {
namespace {

ListFormat format_of(std::string_view name) noexcept {
    return name == "m365"   ? ListFormat::m365
           : name == "text" ? ListFormat::text
                            : ListFormat::later;
}

void read_select(const TableReader& table, ListSelection& select) {
    table.read("ids", select.ids);
    table.read("service_areas", select.service_areas);
    table.read("categories", select.categories);
    Located<bool> required;
    table.read("required", required);
    select.required_only = *required;
}

void read_source(const TableReader& table, ListSection& list, Findings& findings) {
    table.read("format", list.format_name);
    list.format = {format_of(*list.format_name), list.format_name.at};
    Text source;
    table.read("source", source);
    list.is_remote = source.stated() && !path_of_file(*source);
    list.source.at = source.at;
    table.read_path("source", list.source);
    if (!table.has("format")) {
        findings.error(source.at, "list.format", "is missing: a source needs one");
    }
    if (table.has("prefixes") || table.has("domains")) {
        findings
            .error(table.at(), "list", "has a source and entries of its own; make two lists of it");
    }
    const auto select = table.table("select");
    if (!select) {
        return;
    }
    read_select(*select, list.select);
    if (list.format_name.stated() && list.format.value != ListFormat::m365) {
        findings.error(select->at(), "list.select", "only format \"m365\" has parts to select");
    }
}

void read_entries(const TableReader& table, ListSection& list, Findings& findings) {
    table.read("prefixes", list.prefixes);
    table.read_domains("domains", list.domains);
    if (!table.has_items("prefixes") && !table.has_items("domains")) {
        findings.error(table.at(), "list", "has neither a source nor prefixes nor domains");
    }
    for (const std::string_view key : {"format", "select"}) {
        if (table.has(key)) {
            findings
                .error(table.at(), "list." + std::string(key), "belongs to a list with a source");
        }
    }
}

ListSection read_list(const TableReader& table, Findings& findings) {
    ListSection list;
    table.read("name", list.name);
    if (table.has("source")) {
        read_source(table, list, findings);
    } else {
        read_entries(table, list, findings);
    }
    return list;
}

SegmentSection read_segment(const TableReader& table) {
    SegmentSection segment;
    table.read("name", segment.name);
    table.read("lists", segment.lists);
    table.read("tcp_ports", segment.tcp_ports);
    table.read("udp_ports", segment.udp_ports);
    table.read("signaling", segment.signaling);
    table.read("scope", kScopes, segment.scope);
    if (table.has("present")) {
        table.read("present", kPresents, segment.present.emplace());
    }
    return segment;
}

/// What an action needs, and what only `tunnel` has.
void check_action(const TableReader& table, const RuleSection& rule, Findings& findings) {
    if (!rule.action.stated()) {
        return;
    }
    for (const std::string_view key : {"via", "when_down"}) {
        const std::string dotted = "rule." + std::string(key);
        if (*rule.action == api::Verdict::tunnel && !table.has(key)) {
            findings.error(table.at(), dotted, "is missing: action \"tunnel\" needs it");
        } else if (*rule.action != api::Verdict::tunnel && table.has(key)) {
            findings.warning(table.at(), dotted, "has no effect without action \"tunnel\"");
        }
    }
}

RuleSection read_rule(const TableReader& table, Findings& findings) {
    RuleSection rule;
    table.read("name", rule.name);
    table.read("segments", rule.segments);
    table.read("from", rule.from);
    table.read("vlans", rule.vlans);
    table.read("dscp", rule.dscp);
    table.read("action", kVerdicts, rule.action);
    table.read("via", rule.via);
    table.read("when_down", kWhenDowns, rule.when_down);
    check_action(table, rule, findings);
    return rule;
}

}  // namespace

void read_traffic_sections(const TableReader& document, Config& config, Findings& findings) {
    document.each("list", [&](const TableReader& table) {
        config.lists.push_back(read_list(table, findings));
    });
    document.each("segment", [&](const TableReader& table) {
        config.segments.push_back(read_segment(table));
    });
    document.each("rule", [&](const TableReader& table) {
        config.rules.push_back(read_rule(table, findings));
    });
}

}  // namespace egret::control
