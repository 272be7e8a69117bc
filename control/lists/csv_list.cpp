// SPDX-License-Identifier: Apache-2.0
#include "control/lists/csv_list.hpp"

#include "control/lists/list_lines.hpp"

namespace egret::control {
namespace {

/// Takes rows off a text. A quoted column may hold separators, doubled quotes and ends of lines.
class CsvRows {
  public:
    explicit CsvRows(std::string_view text)
        : text_(text) {}

    /// The first column of the next row, trimmed and without its quotes; false at the end.
    bool next(std::string& first) {
        if (at_ == text_.size()) {
            return false;
        }
        row_line_ = line_;
        first.clear();
        bool is_quoted = false;
        bool is_first = true;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            line_ += c == '\n' ? 1 : 0;
            if (c == '"') {
                is_quoted = !is_quoted;
            } else if (!is_quoted && c == '\n') {
                ++at_;
                break;
            } else if (!is_quoted && (c == ',' || c == ';' || c == '\t')) {
                is_first = false;
            } else if (is_first) {
                first += c;
            }
        }
        first = std::string(trimmed(first));
        return true;
    }

    /// Where the row began, counted from 1.
    [[nodiscard]] size_t line() const noexcept { return row_line_; }

  private:
    std::string_view text_;
    size_t at_ = 0;
    size_t line_ = 1;
    size_t row_line_ = 1;
};

bool is_heading(std::string_view first) {
    return first.find_first_of(".:") == std::string_view::npos;
}

}  // namespace

bool read_csv_list(const std::string& text, ListReport& report, ListBuilder& builder) {
    CsvRows rows(without_byte_order_mark(text));
    std::string first;
    size_t n_wrong = 0;
    bool is_at_top = true;
    while (n_wrong < kMaxReportedLines && rows.next(first)) {
        if (first.empty() || (is_at_top && is_heading(first))) {
            is_at_top = is_at_top && first.empty();
            continue;
        }
        is_at_top = false;
        if (builder.is_full()) {
            report.error(builder.full_complaint());
            return false;
        }
        if (!add_line(first, rows.line(), report, builder)) {
            ++n_wrong;
        }
    }
    return n_wrong == 0;
}

}  // namespace egret::control
