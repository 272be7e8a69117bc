// SPDX-License-Identifier: Apache-2.0
// One application segment, member by member (domain rows C4 to C6).
#include "control/segments/zpa_segment.hpp"

#include "control/config/clean_name.hpp"
#include "control/config/plain_address.hpp"
#include "control/config/scalars.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// Where findings about one member go.
struct Place {
    std::string text;
    Findings& findings;

    [[nodiscard]] Place below(std::string_view key) const {
        return {fmt::format("{}.{}", text, key), findings};
    }

    [[nodiscard]] Place at(size_t index) const {
        return {fmt::format("{}[{}]", text, index), findings};
    }

    void error(std::string message) const { findings.error({}, text, std::move(message)); }
};

/// A string, number or truth as text; empty for what is none.
std::string scalar(const SegmentJson& value) {
    if (value.is_boolean()) {
        return value.get<bool>() ? "true" : "false";
    }
    if (value.is_number_unsigned()) {
        return fmt::format("{}", value.get<uint64_t>());
    }
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// A truth, which Terraform's older states write as text.
bool flag(const SegmentJson& object, const Spelling& spelling, bool otherwise) {
    const SegmentJson* value = member_of(object, spelling);
    if (value == nullptr) {
        return otherwise;
    }
    const std::string text = scalar(*value);
    return text == "true" || text == "1" || (otherwise && text.empty());
}

void add_range(
    const std::string& from,
    const std::string& to,
    const Place& place,
    PortRanges& ranges
) {
    const auto range = parse_port_range(from == to ? from : from + "-" + to);
    if (range) {
        ranges.push_back(*range);
    } else {
        place.error(
            fmt::format("\"{}\" to \"{}\" is no range of ports", clean_name(from), clean_name(to))
        );
    }
}

/// `["80", "80", "443", "443"]`: first and last of each range in turn.
PortRanges read_pairs(const SegmentJson& list, const Place& place) {
    PortRanges ranges;
    if (!list.is_array() || list.size() % 2 != 0) {
        place.error("holds no pairs of first and last port");
        return ranges;
    }
    for (size_t i = 0; i < list.size(); i += 2) {
        add_range(scalar(list[i]), scalar(list[i + 1]), place.at(i), ranges);
    }
    return ranges;
}

/// `[{"from": "80", "to": "80"}]`
PortRanges read_from_to(const SegmentJson& list, const Place& place) {
    PortRanges ranges;
    if (!list.is_array()) {
        place.error("is no array");
        return ranges;
    }
    for (size_t i = 0; i < list.size(); ++i) {
        const std::string from = text_of(list[i], {"from", "from"});
        add_range(from, text_of(list[i], {"to", "to"}), place.at(i), ranges);
    }
    return ranges;
}

/// The API states the same ports twice; whoever edits one of them by hand means both.
PortRanges read_ports(
    const SegmentJson& object,
    const Spelling& pairs,
    const Spelling& ranges,
    const Place& place
) {
    const SegmentJson* old_form = member_of(object, pairs);
    const SegmentJson* new_form = member_of(object, ranges);
    PortRanges of_old;
    PortRanges of_new;
    if (old_form != nullptr) {
        of_old = normalized(read_pairs(*old_form, place.below(pairs.api)));
    }
    if (new_form != nullptr) {
        of_new = normalized(read_from_to(*new_form, place.below(ranges.api)));
    }
    if (!of_old.empty() && !of_new.empty() && of_old != of_new) {
        place.findings.warning(
            {},
            place.text,
            fmt::format("{} and {} differ: the ports of both are taken", pairs.api, ranges.api)
        );
    }
    of_old.insert(of_old.end(), of_new.begin(), of_new.end());
    return normalized(std::move(of_old));
}

void add_destination(const std::string& text, const Place& place, ApplicationSegment& segment) {
    if (const auto prefix = api::parse_prefix(text)) {
        const api::Prefix clean = plain(*prefix);
        if (api::masked(*prefix) != *prefix) {
            place.findings.note(
                {},
                place.text,
                fmt::format("\"{}\" is taken as {}", text, api::to_text(clean))
            );
        }
        segment.prefixes.push_back(clean);
    } else if (auto domain = parse_domain(text)) {
        segment.domains.push_back(std::move(*domain));
    } else {
        place.error(fmt::format("\"{}\" is neither a name nor an address range", clean_name(text)));
    }
}

template <class Item>
void sort_once_each(std::vector<Item>& items) {
    std::ranges::sort(items);
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

void read_destinations(const SegmentJson& object, const Place& place, ApplicationSegment& segment) {
    const SegmentJson* list = member_of(object, {"domainNames", "domain_names"});
    const Place here = place.below("domainNames");
    if (list == nullptr || !list->is_array()) {
        here.error("is no array");
        return;
    }
    for (size_t i = 0; i < list->size(); ++i) {
        add_destination(scalar((*list)[i]), here.at(i), segment);
    }
    sort_once_each(segment.prefixes);
    sort_once_each(segment.domains);
}

Bypass read_bypass(const SegmentJson& object, const Place& place) {
    const std::string text = text_of(object, {"bypassType", "bypass_type"});
    if (text == "ALWAYS" || text == "ON_NET") {
        return text == "ALWAYS" ? Bypass::always : Bypass::on_net;
    }
    if (!text.empty() && text != "NEVER") {
        place.below("bypassType").error(fmt::format("\"{}\" is not known", clean_name(text)));
    }
    return Bypass::never;
}

/// One id, and the name somebody says it has.
ServerGroup named(
    const std::string& id,
    const std::string& name,
    const std::map<std::string, std::string>& names_by_id
) {
    if (!name.empty()) {
        return {clean_name(name), true};
    }
    const auto known = names_by_id.find(id);
    return known != names_by_id.end() ? ServerGroup{clean_name(known->second), true}
                                      : ServerGroup{clean_name(id), false};
}

/// The API has one object per group, Terraform one object with all ids.
void read_server_groups(
    const SegmentJson& object,
    const std::map<std::string, std::string>& names_by_id,
    ApplicationSegment& segment
) {
    const SegmentJson* groups = member_of(object, {"serverGroups", "server_groups"});
    for (size_t i = 0; groups != nullptr && groups->is_array() && i < groups->size(); ++i) {
        const SegmentJson& group = (*groups)[i];
        const SegmentJson* ids = member_of(group, {"id", "id"});
        const std::string name = text_of(group, {"name", "name"});
        if (ids != nullptr && ids->is_array()) {
            for (const SegmentJson& id : *ids) {
                segment.server_groups.push_back(named(scalar(id), "", names_by_id));
            }
        } else if (ids != nullptr || !name.empty()) {
            const std::string id = text_of(group, {"id", "id"});
            segment.server_groups.push_back(named(id, name, names_by_id));
        }
    }
}

std::string
group_of(const SegmentJson& object, const std::map<std::string, std::string>& names_by_id) {
    const std::string name = text_of(object, {"segmentGroupName", "segment_group_name"});
    const std::string id = text_of(object, {"segmentGroupId", "segment_group_id"});
    const auto known = names_by_id.find(id);
    const std::string text = !name.empty() ? name : known != names_by_id.end() ? known->second : "";
    return text.empty() ? text : clean_name(text);
}

std::string unique_name(const std::string& text, TakenNames& taken) {
    constexpr size_t kRoomForNumber = 12;
    const std::string name = clean_name(text, kMaxNameBytes - kRoomForNumber);
    std::string unique = name;
    for (size_t& number = taken[name]; number != 0 && taken.contains(unique);) {
        unique = fmt::format("{} ({})", name, ++number);
    }
    taken.try_emplace(unique, 1);
    taken[name] = std::max<size_t>(taken[name], 1);
    return unique;
}

}  // namespace

ApplicationSegment read_zpa_segment(
    const SegmentObject& object,
    const std::map<std::string, std::string>& names_by_id,
    TakenNames& taken,
    Findings& findings
) {
    const SegmentJson& json = *object.json;
    ApplicationSegment segment;
    segment.file = object.file;
    segment.place = object.place;
    segment.id = text_of(json, {"id", "id"});
    const std::string name = text_of(json, {"name", "name"});
    segment.name = unique_name(name.empty() ? segment.id : name, taken);
    if (segment.name != name) {
        findings.note(
            {},
            object.place,
            fmt::format("\"{}\" is called \"{}\" here", clean_name(name), segment.name)
        );
    }
    segment.group = group_of(json, names_by_id);
    segment.is_enabled = flag(json, {"enabled", "enabled"}, true);
    segment.is_anchored = flag(json, {"ipAnchored", "ip_anchored"}, false);
    segment.bypass = read_bypass(json, {object.place, findings});
    read_server_groups(json, names_by_id, segment);

    Findings unheard("");
    const Place place{object.place, segment.is_wanted() ? findings : unheard};
    read_destinations(json, place, segment);
    segment.ports.tcp = read_ports(
        json,
        {"tcpPortRanges", "tcp_port_ranges"},
        {"tcpPortRange", "tcp_port_range"},
        place
    );
    segment.ports.udp = read_ports(
        json,
        {"udpPortRanges", "udp_port_ranges"},
        {"udpPortRange", "udp_port_range"},
        place
    );
    return segment;
}

}  // namespace egret::control
