// SPDX-License-Identifier: Apache-2.0
#include "control/config/suggest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace egret::control {
namespace {

constexpr size_t kMaxEdits = 2;
/// Longer names are not compared: the table below would grow with what a stranger wrote.
constexpr size_t kMaxCompared = 64;

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), three
/// rows of the table at a time.
size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<size_t> above_last(b.size() + 1);
    std::vector<size_t> last(b.size() + 1);
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        std::swap(above_last, last);
        std::swap(last, row);
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], above_last[j - 2] + 1);
            }
        }
    }
    return row.back();
}

}  // namespace

std::string
did_you_mean(std::string_view misspelt, const std::vector<std::string_view>& candidates) {
    std::string_view best;
    size_t fewest = kMaxEdits + 1;
    for (const std::string_view candidate : candidates) {
        if (misspelt.size() > kMaxCompared || candidate.size() > kMaxCompared) {
            continue;
        }
        const size_t edits = edits_between(misspelt, candidate);
        if (edits < fewest && 2 * edits < candidate.size()) {
            best = candidate;
            fewest = edits;
        }
    }
    return best.empty() ? std::string() : fmt::format(" (did you mean \"{}\"?)", best);
}

}  // namespace egret::control
