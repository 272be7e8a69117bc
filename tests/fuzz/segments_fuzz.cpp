// SPDX-License-Identifier: Apache-2.0
// Application segments in any shape: what is imported passes as a configuration, for branch and edge.
#include "control/config/load.hpp"
#include "control/records/segment_records.hpp"
#include "control/segments/segment_sections.hpp"
#include "fuzz_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace egret;
using namespace egret::control;
using egret::test::require;

namespace {

/// What both roles have; keys of the role follow.
constexpr std::string_view kNode = R"(schema = 1
[identity]
private_key = "file:k"
[[port]]
name = "a"
side = "inside"
[[port]]
name = "b"
side = "outside"
[node]
name = "n"
generation = 1
)";

constexpr std::string_view kBranch = R"(role = "branch"
[egress]
addresses = ["203.0.113.7"]
[[peer]]
name = "e1"
public_key = "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0="
endpoint = "198.51.100.10:51820"
)";

void check_role(
    const SegmentImport& import,
    api::Role role,
    std::string_view node,
    size_t n_rules
) {
    Findings findings("t.toml");
    const std::string toml = std::string(kNode) + std::string(node) + toml_of(import, role);
    const auto config = parse_config(toml, "/nonexistent", findings);
    require(config && !findings.has_errors());
    require(config->rules.size() == n_rules);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::vector<Finding> findings;
    const SegmentImport import = import_segments({{"z", text}}, {"e1", {}}, findings);
    const bool ok = std::ranges::none_of(findings, [](const Finding& finding) {
        return finding.severity == Severity::error;
    });
    static_cast<void>(line_of(segments_json(ok, import, findings)));
    if (ok) {
        check_role(import, api::Role::branch, kBranch, import.rules.size());
        check_role(import, api::Role::edge, "role = \"edge\"\n", 0);
    }
    return 0;
}
