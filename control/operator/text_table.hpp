// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

/// A table for eyes: columns as wide as what stands in them, numbers to the right, names cut where the whole would be wider
/// than a terminal.
class TextTable {
  public:
    /// The widest a table gets, in characters.
    static constexpr size_t kMaxWidth = 120;

    enum class Column {
        text,    ///< may be cut, never below kMinCut characters
        exact,   ///< text that is never cut
        number,  ///< never cut, right-aligned
    };

    struct Heading {
        std::string_view name;
        Column column = Column::text;
    };

    explicit TextTable(std::vector<Heading> headings);

    /// One row; an empty cell is shown as "-".
    void add(std::vector<std::string> cells);

    [[nodiscard]] size_t rows() const noexcept { return rows_.size(); }

    /// Headings, a rule and the rows; columns in which no row has anything are left out.
    [[nodiscard]] std::string to_text() const;

  private:
    static constexpr size_t kMinCut = 8;
    static constexpr size_t kGap = 2;

    [[nodiscard]] std::vector<size_t> widths() const;
    void append(
        std::string& text,
        const std::vector<std::string>& cells,
        const std::vector<size_t>& widths
    ) const;

    std::vector<Heading> headings_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace egret::control
