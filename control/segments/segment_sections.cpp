// SPDX-License-Identifier: Apache-2.0
#include "control/segments/segment_sections.hpp"

#include "control/config/toml_text.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// One entry per line: two versions of a file then differ where the entries do.
void add_lines(std::string_view key, const std::vector<std::string>& texts, std::string& toml) {
    if (texts.empty()) {
        return;
    }
    toml += fmt::format("{} = [\n", key);
    for (const std::string& text : texts) {
        toml += "    " + toml_string(text) + ",\n";
    }
    toml += "]\n";
}

std::string ports_of(const PortRanges& ranges) {
    std::string text = "[";
    for (const PortRange& range : ranges) {
        text += text.size() == 1 ? "\"" : ", \"";
        text += range.first == range.last ? fmt::format("{}\"", range.first)
                                          : fmt::format("{}-{}\"", range.first, range.last);
    }
    return text + "]";
}

/// Where a segment comes from; names are clean already, so that they cannot end the comment.
void add_comment(const ApplicationSegment& segment, std::string& toml) {
    std::string text;
    if (!segment.group.empty()) {
        text += fmt::format(", segment group \"{}\"", segment.group);
    }
    for (const ServerGroup& group : segment.server_groups) {
        text += fmt::format(", server group \"{}\"", group.name);
    }
    if (!text.empty()) {
        toml += "# " + text.substr(2) + "\n";
    }
}

void add_segment(const ApplicationSegment& segment, std::string& toml) {
    const std::string name = toml_string(segment.name);
    std::vector<std::string> prefixes;
    prefixes.reserve(segment.prefixes.size());
    for (const api::Prefix& prefix : segment.prefixes) {
        prefixes.push_back(api::to_text(prefix));
    }
    toml += "\n";
    add_comment(segment, toml);
    toml += "[[list]]\nname = " + name + "\n";
    add_lines("prefixes", prefixes, toml);
    add_lines("domains", segment.domains, toml);
    toml += "\n[[segment]]\nname = " + name + "\nlists = [" + name + "]\n";
    // Stated also when empty: left out it would mean every port.
    toml += "tcp_ports = " + ports_of(segment.ports.tcp) + "\n";
    if (!segment.ports.udp.empty()) {
        toml += "udp_ports = " + ports_of(segment.ports.udp) + "\n";
    }
}

void add_rule(const ImportedRule& rule, std::string& toml) {
    const std::string name = toml_string(rule.segment.name);
    toml += "\n[[rule]]\nname = " + name + "\nsegments = [" + name + "]\n";
    if (rule.verdict == api::Verdict::direct) {
        toml += "action = \"direct\"\n";
        return;
    }
    toml += "action = \"tunnel\"\nvia = " + toml_string(rule.via) + "\nwhen_down = \"drop\"\n";
}

}  // namespace

std::string toml_of(const SegmentImport& import, api::Role role) {
    std::string toml;
    for (const ImportedRule& rule : import.rules) {
        if (role == api::Role::branch || rule.verdict == api::Verdict::tunnel) {
            add_segment(rule.segment, toml);
        }
        if (role == api::Role::branch) {
            add_rule(rule, toml);
        }
    }
    return toml.empty() ? toml : toml.substr(1);
}

}  // namespace egret::control
