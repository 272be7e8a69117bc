// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// Finds the application segments in the shapes of file they come in: the API's answer
/// (`{"totalPages": "1", "list": [...]}`), an array or one object of it, `terraform show -json`, and
/// a state of Terraform (`terraform state pull`).
namespace egret::control {

using SegmentJson = nlohmann::json;

/// How the API and Terraform's provider write one member.
struct Spelling {
    const char* api;
    const char* terraform;
};

/// The member in either spelling; nullptr if it is not there, or null, or `object` is no object.
[[nodiscard]] const SegmentJson* member_of(const SegmentJson& object, const Spelling& spelling);

/// The text of a string or number below `spelling`; empty for anything else.
[[nodiscard]] std::string text_of(const SegmentJson& object, const Spelling& spelling);

/// One segment as it lies in its document, which must outlive it.
struct SegmentObject {
    const SegmentJson* json = nullptr;
    size_t file = 0;
    std::string place;
};

/// What is collected over all files.
struct SegmentObjects {
    std::vector<SegmentObject> segments;
    std::map<std::string, std::string> names_by_id;  ///< of segment groups and server groups
    std::map<std::string, size_t> others;            ///< resources that are not read, by type
    size_t n_pages = 0;                              ///< of an answer in several pages
    size_t n_pages_wanted = 0;
};

/// Adds what `document` holds. Error: it is of none of the shapes. Recurses as deep as modules nest,
/// which the parser has limited.
void collect_segments(
    const SegmentJson& document,
    size_t file,
    SegmentObjects& objects,
    Findings& findings
);

}  // namespace egret::control
