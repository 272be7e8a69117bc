// SPDX-License-Identifier: Apache-2.0
#include "control/compile/generation.hpp"
#include "control/config/load.hpp"
#include "control/lists/load_lists.hpp"
#include "fuzz_check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace egret::control;
using egret::test::require;

namespace {

/// What passes must compile, and every index must lead somewhere.
void check_compiles(const Config& config, Findings& findings) {
    const auto lists = load_lists(config, findings);
    const auto tables = compile_tables(config, lists, findings);
    if (!tables) {
        require(findings.has_errors());
        return;
    }
    for (const auto& set : tables->sets) {
        require(set.matches.first + set.matches.count <= tables->matches.size());
    }
    for (const auto& rule : tables->rules) {
        require(rule.group == egret::api::kNone || rule.group < tables->groups.size());
    }
    const Provenance provenance(config, lists);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Findings findings("t.toml");
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto config = parse_config(text, "/nonexistent", findings);
    require(config || findings.has_errors());
    findings.sort();
    for (const Finding& finding : findings.all()) {
        require(!finding.message.empty() && !to_text(finding).empty());
    }
    if (config && !findings.has_errors()) {
        // No list is read from the machine this runs on: /nonexistent holds none.
        const bool reads_files = std::ranges::any_of(config->lists, [](const ListSection& list) {
            return list.source.stated();
        });
        if (!reads_files) {
            check_compiles(*config, findings);
        }
    }
    return 0;
}
