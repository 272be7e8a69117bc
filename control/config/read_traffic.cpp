// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/read_config.hpp"

namespace egret::control {
namespace {

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

void warn_without_tunnel(const TableReader& table, const std::string& key, Findings& findings) {
    findings.warning(table.at(), key, "has no effect without action \"tunnel\"");
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
            warn_without_tunnel(table, dotted, findings);
        }
    }
    if (*rule.action != api::Verdict::tunnel && table.has("family")) {
        warn_without_tunnel(table, "rule.family", findings);
    }
}

RuleSection read_rule(const TableReader& table, Findings& findings) {
    RuleSection rule;
    table.read("name", rule.name);
    table.read("segments", rule.segments);
    table.read("from", rule.from);
    table.read("vlans", rule.vlans);
    table.read("dscp", rule.dscp);
    table.read("hours", rule.hours);
    table.read("action", kVerdicts, rule.action);
    table.read("via", rule.via);
    table.read("when_down", kWhenDowns, rule.when_down);
    table.read("family", kRuleFamilies, rule.family);
    check_action(table, rule, findings);
    return rule;
}

}  // namespace

void read_traffic_sections(const TableReader& document, Config& config, Findings& findings) {
    document.each("segment", [&](const TableReader& table) {
        config.segments.push_back(read_segment(table));
    });
    document.each("rule", [&](const TableReader& table) {
        config.rules.push_back(read_rule(table, findings));
    });
}

}  // namespace egret::control
