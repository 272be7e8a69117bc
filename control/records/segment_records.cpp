// SPDX-License-Identifier: Apache-2.0
#include "control/records/segment_records.hpp"

#include "control/config/choices.hpp"
#include "control/records/command_records.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// As `tcp_ports` of a configuration has them.
Json ports_json(const PortRanges& ranges) {
    Json ports = Json::array();
    for (const PortRange& range : ranges) {
        ports.push_back(
            range.first == range.last ? fmt::format("{}", range.first)
                                      : fmt::format("{}-{}", range.first, range.last)
        );
    }
    return ports;
}

Json rule_json(const ImportedRule& rule) {
    const ApplicationSegment& segment = rule.segment;
    Json prefixes = Json::array();
    for (const api::Prefix& prefix : segment.prefixes) {
        prefixes.push_back(api::to_text(prefix));
    }
    Json groups = Json::array();
    for (const ServerGroup& group : segment.server_groups) {
        groups.push_back(group.name);
    }
    return Json{
        {"name", segment.name},
        {"verdict", spelling_of(kVerdicts, rule.verdict)},
        {"via", text_json(rule.via)},
        {"prefixes", std::move(prefixes)},
        {"domains", segment.domains},
        {"tcp_ports", ports_json(segment.ports.tcp)},
        {"udp_ports", ports_json(segment.ports.udp)},
        {"segment_group", text_json(segment.group)},
        {"server_groups", std::move(groups)},
    };
}

}  // namespace

Json segments_json(bool ok, const SegmentImport& import, const std::vector<Finding>& findings) {
    Json rules = Json::array();
    for (const ImportedRule& rule : import.rules) {
        rules.push_back(rule_json(rule));
    }
    Json left_out = Json::array();
    for (const LeftOut& one : import.left_out) {
        left_out.push_back(Json{{"name", one.name}, {"reason", one.reason}});
    }
    return Json{
        {"ok", ok},
        {"segments", std::move(rules)},
        {"left_out", std::move(left_out)},
        {"findings", check_json(ok, findings)["findings"]},
    };
}

}  // namespace egret::control
