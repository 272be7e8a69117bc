// SPDX-License-Identifier: Apache-2.0
#include "control/records/command_records.hpp"

#include "control/config/choices.hpp"
#include "control/records/names.hpp"

namespace egret::control {
namespace {

Json number_or_null(uint32_t number) {
    return number == 0 ? Json(nullptr) : Json(number);
}

/// Where the entry that decided comes from; null where none did.
Json provenance_json(const LookupResult& result) {
    if (result.source.list.empty()) {
        return nullptr;
    }
    const ListOrigin& origin = result.origin;
    return Json{
        {"source", text_json(origin.source)},
        {"part", text_json(result.source.part)},
        {"version", text_json(origin.version)},
        {"fetched", origin.fetched_ns == 0 ? Json(nullptr) : Json(time_text(origin.fetched_ns))},
    };
}

}  // namespace

Json lookup_json(const LookupResult& result, const Config& config) {
    return Json{
        {"verdict", spelling_of(kVerdicts, result.verdict)},
        {"rule", text_json(name_at(config.rules, result.rule))},
        {"segment", text_json(name_at(config.segments, result.segment))},
        {"list", text_json(result.source.list)},
        {"entry", text_json(result.source.entry)},
        {"confidence", text_json(result.confidence)},
        {"reason", result.reason},
        {"provenance", provenance_json(result)},
    };
}

Json check_json(bool ok, const std::vector<Finding>& findings) {
    Json list = Json::array();
    for (const Finding& finding : findings) {
        list.push_back(Json{
            {"file", finding.file},
            {"line", number_or_null(finding.at.line)},
            {"column", number_or_null(finding.at.column)},
            {"key", text_json(finding.key)},
            {"severity", name_of(finding.severity)},
            {"message", finding.message},
        });
    }
    return Json{{"ok", ok}, {"findings", list}};
}

}  // namespace egret::control
