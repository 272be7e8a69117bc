// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/segment_records.hpp"
#include "control/segments/segment_sections.hpp"
#include "locations_fixture.hpp"

#include <fmt/format.h>
#include <string>
#include <vector>

/// Application segments to begin from.
namespace egret::test {

struct Imported {
    control::SegmentImport import;
    std::vector<std::string> lines;
};

inline const control::ViaChoice kVia{"e1", {}};

inline Imported
import(const std::vector<std::string>& texts, const control::ViaChoice& via = kVia) {
    std::vector<control::SegmentText> files;
    for (const std::string& text : texts) {
        files.push_back({"z" + std::to_string(files.size() + 1), text});
    }
    std::vector<control::Finding> findings;
    Imported imported{import_segments(files, via, findings), {}};
    for (const control::Finding& finding : findings) {
        imported.lines.push_back(to_text(finding));
    }
    return imported;
}

inline std::string branch_toml(const Imported& imported) {
    return toml_of(imported.import, api::Role::branch);
}

/// One anchored segment with these members besides; `name` is its name.
inline std::string anchored(const std::string& name, const std::string& members) {
    return fmt::format(R"({{"name": "{}", "ipAnchored": true, {}}})", name, members);
}

/// The same with one destination on TCP 443.
inline std::string simple(const std::string& name, const std::string& destination) {
    return anchored(
        name,
        fmt::format(R"("domainNames": ["{}"], "tcpPortRanges": ["443", "443"])", destination)
    );
}

/// A branch that has no lists, segments or rules of its own.
inline std::string bare_branch() {
    return std::string(kBranch.substr(0, kBranch.find("[[list]]")));
}

}  // namespace egret::test
