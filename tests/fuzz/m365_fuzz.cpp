// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_guard.hpp"
#include "control/lists/m365.hpp"
#include "control/lists/text_list.hpp"
#include "fuzz_check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace egret::control;
using egret::test::require;

namespace {

void check_list(const List& list) {
    for (const PrefixEntry& entry : list.prefixes) {
        require(entry.ports < list.ports.size());
        require(egret::api::masked(entry.prefix) == entry.prefix);
    }
    for (const DomainEntry& entry : list.domains) {
        require(entry.ports < list.ports.size() && !entry.pattern.empty());
    }
    static_cast<void>(guard_complaint(list));
}

}  // namespace

/// Both formats see every input: what is no JSON is a text of many lines.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const auto read : {read_m365, read_text_list}) {
        Findings findings("t.toml");
        const ListSection section;
        ListReport report(section, findings);
        ListBuilder builder("list");
        const bool is_right = read(text, report, builder);
        require(is_right != findings.has_errors());
        check_list(builder.list());
    }
    return 0;
}
