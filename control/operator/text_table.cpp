// SPDX-License-Identifier: Apache-2.0
#include "control/operator/text_table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace egret::control {
namespace {

/// Stands for the end of a cut name.
constexpr std::string_view kCut = "..";

std::string fitted(const std::string& cell, size_t width) {
    return cell.size() <= width ? cell : cell.substr(0, width - kCut.size()) + std::string(kCut);
}

}  // namespace

TextTable::TextTable(std::vector<Heading> headings)
    : headings_(std::move(headings)) {}

void TextTable::add(std::vector<std::string> cells) {
    cells.resize(headings_.size());
    rows_.push_back(std::move(cells));
}

/// Of each column; 0 for one that is left out.
std::vector<size_t> TextTable::widths() const {
    std::vector<size_t> widths(headings_.size(), 0);
    for (const auto& row : rows_) {
        for (size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] != 0 || rows_.empty()) {
            widths[i] = std::max(widths[i], headings_[i].name.size());
        }
    }
    const auto total = [&] {
        const auto shown = static_cast<size_t>(std::ranges::count_if(widths, [](size_t width) {
            return width != 0;
        }));
        return std::accumulate(widths.begin(), widths.end(), shown * kGap);
    };
    // The widest name gives way first.
    while (total() > kMaxWidth + kGap) {
        size_t widest = headings_.size();
        for (size_t i = 0; i < widths.size(); ++i) {
            if (headings_[i].column == Column::text && widths[i] > kMinCut &&
                (widest == headings_.size() || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == headings_.size()) {
            break;
        }
        --widths[widest];
    }
    return widths;
}

void TextTable::append(
    std::string& text,
    const std::vector<std::string>& cells,
    const std::vector<size_t>& widths
) const {
    std::string line;
    for (size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] == 0) {
            continue;
        }
        const std::string cell = cells[i].empty() ? "-" : fitted(cells[i], widths[i]);
        const bool is_number = headings_[i].column == Column::number;
        line += is_number ? fmt::format("{:>{}}", cell, widths[i])
                          : fmt::format("{:<{}}", cell, widths[i]);
        line.append(kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
}

std::string TextTable::to_text() const {
    const std::vector<size_t> columns = widths();
    std::vector<std::string> names;
    std::vector<std::string> rule;
    for (size_t i = 0; i < columns.size(); ++i) {
        names.emplace_back(headings_[i].name);
        rule.emplace_back(columns[i], '-');
    }
    std::string text;
    append(text, names, columns);
    append(text, rule, columns);
    for (const auto& row : rows_) {
        append(text, row, columns);
    }
    return text;
}

}  // namespace egret::control
