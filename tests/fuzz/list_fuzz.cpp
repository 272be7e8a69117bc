// SPDX-License-Identifier: Apache-2.0
#include "control/config/list_formats.hpp"
#include "control/lists/list_guard.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/shrink_guard.hpp"
#include "fuzz_check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace egret::control;
using egret::test::require;

namespace {

void check_list(const List& list) {
    for (const PrefixEntry& entry : list.prefixes) {
        require(entry.ports < list.ports.size() && entry.part < list.parts.size());
        require(egret::api::masked(entry.prefix) == entry.prefix);
    }
    for (const DomainEntry& entry : list.domains) {
        require(entry.ports < list.ports.size() && entry.part < list.parts.size());
        require(!entry.pattern.empty());
    }
    // What is accepted is not empty, within what a list is believed about, and loses nothing to itself.
    require(!list.prefixes.empty() || !list.domains.empty());
    require(guard_complaint(list).empty());
    require(shrink_complaint(list, list, 0).empty());
}

}  // namespace

/// The first byte chooses the format.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) {
        return 0;
    }
    Findings findings("t.toml");
    ListSection section;
    section.format.value = kListFormats[data[0] % kListFormats.size()].format;
    const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto list = read_list(section, text, findings);
    require(list.has_value() != findings.has_errors());
    if (list) {
        check_list(*list);
    }
    return 0;
}
