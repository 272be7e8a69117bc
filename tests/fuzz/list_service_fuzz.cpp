// SPDX-License-Identifier: Apache-2.0
#include "control/fetch/m365_service.hpp"
#include "control/lists/kept_entries.hpp"
#include "control/lists/list_copy.hpp"
#include "fuzz_check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace egret::control;
using egret::test::require;

/// What the services beside a list answer, and what a node wrote down about its copies.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto latest = latest_m365_version(text);
    require(!latest || is_m365_version(*latest));
    require(m365_additions(text).size() <= 10'000);
    static_cast<void>(m365_version_ns(text));
    if (const auto service = M365Service::of(text)) {
        require(service->endpoints_url("id").starts_with(service->base));
    }
    if (const auto copy = parse_list_copy(text)) {
        const auto again = parse_list_copy(to_text(*copy));
        require(again && again->kept.size() == copy->kept.size());
        List list;
        list.ports.emplace_back();
        list.parts.emplace_back();
        add_kept(copy->kept, UINT64_MAX, 0, list);
        for (const PrefixEntry& entry : list.prefixes) {
            require(entry.ports < list.ports.size() && entry.part < list.parts.size());
        }
    }
    return 0;
}
