// SPDX-License-Identifier: Apache-2.0
#include "control/segments/import_segments.hpp"

#include "control/config/bounded_json.hpp"
#include "control/segments/segment_objects.hpp"
#include "control/segments/segment_rules.hpp"
#include "control/segments/zpa_segment.hpp"
#include "control/segments/zpa_settings.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace egret::control {
namespace {

/// Terraform nests modules; a segment itself is 5 deep.
constexpr JsonLimits kLimits{32, 4'000'000};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

SegmentJson parse(const SegmentText& text, Findings& findings) {
    std::string_view body = text.text;
    if (body.size() > kMaxSegmentBytes) {
        findings.error({}, "", fmt::format("is larger than {} bytes", kMaxSegmentBytes));
        return {};
    }
    if (body.starts_with(kByteOrderMark)) {
        body.remove_prefix(kByteOrderMark.size());
    }
    auto json = parse_bounded_json(body, kLimits);
    if (!json) {
        findings.error({}, "", std::move(json.error()));
        return {};
    }
    return std::move(*json);
}

bool has_errors(const std::vector<Findings>& findings) {
    return std::ranges::any_of(findings, &Findings::has_errors);
}

/// What stands beside the segments and is not read.
void say_others(const SegmentObjects& objects, Findings& findings) {
    for (const auto& [type, count] : objects.others) {
        const bool is_forwarding = type.find("forwarding") != std::string::npos;
        findings.note(
            {},
            "",
            fmt::format(
                "{} {} not read{}",
                count,
                type,
                is_forwarding ? ": whom they bypass or forward, rules say here" : ""
            )
        );
    }
}

void check_amounts(const SegmentObjects& objects, Findings& findings) {
    if (objects.n_pages < objects.n_pages_wanted) {
        findings.error(
            {},
            "totalPages",
            fmt::format("the list goes on: give all of its {} pages", objects.n_pages_wanted)
        );
    }
    if (objects.segments.size() > kMaxImportedSegments) {
        findings
            .error({}, "", fmt::format("more than {} application segments", kMaxImportedSegments));
    }
}

std::vector<ApplicationSegment>
read_all(const SegmentObjects& objects, std::vector<Findings>& findings) {
    std::vector<ApplicationSegment> segments;
    TakenNames taken;
    std::set<std::string> ids;
    UnreadSettings unread;
    size_t n_entries = 0;
    for (const SegmentObject& object : objects.segments) {
        Findings& said = findings[object.file];
        const std::string id = text_of(*object.json, {"id", "id"});
        if (!id.empty() && !ids.insert(id).second) {
            said.note({}, object.place, "is there twice, and taken once");
            continue;
        }
        ApplicationSegment segment = read_zpa_segment(object, objects.names_by_id, taken, said);
        n_entries += segment.prefixes.size() + segment.domains.size();
        if (n_entries > kMaxImportedEntries) {
            said.error({}, "", fmt::format("more than {} destinations", kMaxImportedEntries));
            return {};
        }
        if (segment.is_wanted()) {
            unread.look_at(*object.json, segment.name);
        }
        segments.push_back(std::move(segment));
    }
    unread.report(findings.front());
    return segments;
}

}  // namespace

SegmentImport import_segments(
    const std::vector<SegmentText>& texts,
    const ViaChoice& via,
    std::vector<Finding>& findings
) {
    std::vector<Findings> said;
    std::vector<SegmentJson> documents;  // objects point into them
    for (const SegmentText& text : texts) {
        said.emplace_back(text.name);
        documents.push_back(parse(text, said.back()));
    }
    SegmentObjects objects;
    for (size_t i = 0; i < documents.size(); ++i) {
        if (!said[i].has_errors()) {
            collect_segments(documents[i], i, objects, said[i]);
        }
    }
    SegmentImport import;
    if (!texts.empty()) {
        check_amounts(objects, said.front());
        say_others(objects, said.front());
    }
    if (!texts.empty() && !has_errors(said)) {
        const std::vector<ApplicationSegment> segments = read_all(objects, said);
        // Without what is in error, the rest would be judged wrongly.
        import = has_errors(said) ? SegmentImport{} : rules_of(segments, via, said);
    }
    for (const Findings& one : said) {
        findings.insert(findings.end(), one.all().begin(), one.all().end());
    }
    return import;
}

}  // namespace egret::control
