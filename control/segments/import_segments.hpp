// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/segments/application_segment.hpp"

#include <egret/api/tables.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

/// Zscaler Private Access' application segments as lists, segments and rules (domain rows C4 to C8
/// and C11 to C13): what is anchored takes a tunnel, what is always bypassed goes direct.
namespace egret::control {

/// Larger files are refused, and so are more segments, or destinations of all of them.
inline constexpr size_t kMaxSegmentBytes = size_t{32} << 20;
inline constexpr size_t kMaxImportedSegments = 10'000;
inline constexpr size_t kMaxImportedEntries = 100'000;

struct SegmentText {
    std::string name;  ///< what findings call it
    std::string text;
};

/// The group of peers a segment's tunnel rule names: that of its first server group that has one
/// here, else `otherwise`, else the server group's own name.
struct ViaChoice {
    std::string otherwise;
    std::map<std::string, std::string> by_server_group;  ///< name or id -> group
};

/// One rule, with the segment it is about.
struct ImportedRule {
    ApplicationSegment segment;
    api::Verdict verdict = api::Verdict::direct;
    std::string via;  ///< with Verdict::tunnel
};

struct LeftOut {
    std::string name;
    std::string reason;
};

struct SegmentImport {
    std::vector<ImportedRule> rules;  ///< the more specific first
    std::vector<LeftOut> left_out;
};

/// Reads files that belong together: pages of one answer, or a state with the groups' names.
///
/// Where two segments hold the same destination on the same port, which Zscaler refuses, a warning
/// says so. There the most specific segment wins, here the first rule: the rules are put in that
/// order where there is one. What has no counterpart is noted. `findings` is added to; with an error
/// in it the result is not to be used. Nothing is thrown; cost is about linear.
[[nodiscard]] SegmentImport import_segments(
    const std::vector<SegmentText>& texts,
    const ViaChoice& via,
    std::vector<Finding>& findings
);

}  // namespace egret::control
