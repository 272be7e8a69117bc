// SPDX-License-Identifier: Apache-2.0
#include "control/locations/csv.hpp"

#include "control/config/plain_address.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The first cell of a row, without its quotes.
std::string_view first_cell(std::string_view row) {
    std::string_view cell = trimmed(row.substr(0, row.find_first_of(",;")));
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
        cell = trimmed(cell.substr(1, cell.size() - 2));
    }
    return cell;
}

bool looks_like_a_header(std::string_view cell) {
    return std::ranges::none_of(cell, [](char c) { return (c >= '0' && c <= '9') || c == ':'; });
}

void read_row(std::string_view row, uint32_t line, RangeSet& ranges, Findings& findings) {
    const std::string_view cell = first_cell(row);
    if (cell.empty()) {
        return;
    }
    const auto prefix = api::parse_prefix(cell);
    if (!prefix && ranges.empty() && looks_like_a_header(cell)) {
        findings.note({line, 1}, "", fmt::format("\"{}\" is taken for a header", cell));
        return;
    }
    if (!prefix) {
        findings.error({line, 1}, "", fmt::format("\"{}\" is no address range", cell));
        return;
    }
    const api::Prefix clean = plain(*prefix);
    if (clean != *prefix) {
        findings
            .note({line, 1}, "", fmt::format("\"{}\" is taken as {}", cell, api::to_text(clean)));
    }
    ranges.add(clean, line);
}

}  // namespace

RangeSet read_csv(std::string_view text, Findings& findings) {
    RangeSet ranges;
    if (text.size() > kMaxCsvBytes) {
        findings.error({}, "", fmt::format("is larger than {} bytes", kMaxCsvBytes));
        return ranges;
    }
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    for (uint32_t line = 1; !text.empty(); ++line) {
        const size_t end = std::min(text.find_first_of("\r\n"), text.size());
        read_row(text.substr(0, end), line, ranges, findings);
        const bool is_crlf = text.substr(end).starts_with("\r\n");
        text.remove_prefix(std::min(end + (is_crlf ? 2 : 1), text.size()));
    }
    ranges.finish();
    return ranges;
}

std::string csv_of(const RangeSet& ranges) {
    std::string text;
    api::Prefix previous;
    ranges.each([&](const RangeAt& range) {
        if (range.prefix != previous) {
            text += api::to_text(range.prefix) + "\r\n";
        }
        previous = range.prefix;
    });
    return text;
}

}  // namespace egret::control
