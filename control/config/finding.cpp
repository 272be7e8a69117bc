// SPDX-License-Identifier: Apache-2.0
#include "control/config/finding.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace egret::control {

std::string_view name_of(Severity severity) noexcept {
    switch (severity) {
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::error:
            break;
    }
    return "error";
}

std::string to_text(const Finding& finding) {
    std::string text = finding.file;
    if (finding.at.line != 0) {
        text += fmt::format(":{}:{}", finding.at.line, finding.at.column);
    }
    text += ": ";
    if (finding.severity != Severity::error) {
        text += fmt::format("{}: ", name_of(finding.severity));
    }
    if (!finding.key.empty()) {
        text += fmt::format("{}: ", finding.key);
    }
    return text + finding.message;
}

void Findings::add(
    Severity severity,
    SourceLocation at,
    std::string_view key,
    std::string message
) {
    all_.push_back({file_, at, std::string(key), severity, std::move(message)});
}

void Findings::error(SourceLocation at, std::string_view key, std::string message) {
    add(Severity::error, at, key, std::move(message));
    ++n_errors_;
}

void Findings::warning(SourceLocation at, std::string_view key, std::string message) {
    add(Severity::warning, at, key, std::move(message));
}

void Findings::note(SourceLocation at, std::string_view key, std::string message) {
    add(Severity::note, at, key, std::move(message));
}

void Findings::not_yet_supported(SourceLocation at, std::string_view key) {
    warning(at, key, "not yet supported, ignored");
}

void Findings::sort() {
    std::ranges::stable_sort(all_, {}, [](const Finding& finding) {
        return std::tuple(finding.at.line, finding.at.column);
    });
}

}  // namespace egret::control
