// SPDX-License-Identifier: Apache-2.0
#include "control/config/load.hpp"
#include "control/locations/csv.hpp"
#include "control/locations/graph_export.hpp"
#include "control/locations/graph_import.hpp"
#include "control/locations/toml_sections.hpp"
#include "fuzz_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace egret::control;
using egret::test::require;

namespace {

/// The least that `check` accepts of an edge.
constexpr std::string_view kEdge = R"(schema = 1
[node]
name = "e"
role = "edge"
generation = 1
[identity]
private_key = "file:k"
[[port]]
name = "a"
side = "inside"
[[port]]
name = "b"
side = "outside"
)";

bool has_errors(const std::vector<Finding>& findings) {
    return std::ranges::any_of(findings, [](const Finding& finding) {
        return finding.severity == Severity::error;
    });
}

/// What is imported passes as a configuration, and comes back from Graph as it went.
void check_graph(const std::string& text) {
    std::vector<Finding> findings;
    const LocationBook book = read_graph({{"g", text}}, findings);
    if (has_errors(findings)) {
        return;
    }
    Findings of_config("t.toml");
    const auto config = parse_config(std::string(kEdge) + toml_of(book), "/nonexistent", of_config);
    require(config && !of_config.has_errors());
    require(config->locations.size() == book.locations.size());
    require(config->policies.size() == book.policies.size());
    require(!book.signaling || *config->signaling.enabled == *book.signaling);
    std::vector<Finding> again;
    const std::string graph = graph_of(book);
    const LocationBook back = read_graph({{"g", graph}}, again);
    require(!has_errors(again) && graph_of(back) == graph);
}

void check_csv(const std::string& text) {
    Findings findings("c");
    const RangeSet ranges = read_csv(text, findings);
    Findings again("c");
    const RangeSet back = read_csv(csv_of(ranges), again);
    require(again.all().empty() && csv_of(back) == csv_of(ranges));
}

}  // namespace

/// Both formats see every input.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_graph(text);
    check_csv(text);
    return 0;
}
