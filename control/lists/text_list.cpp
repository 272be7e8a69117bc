// SPDX-License-Identifier: Apache-2.0
#include "control/lists/text_list.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// A file that is no list at all would otherwise give a line for each of its own.
constexpr size_t kMaxReportedLines = 10;
constexpr size_t kMaxQuoted = 64;
constexpr uint16_t kNoPorts = 0;

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view kSpace = " \t\r";
    line = line.substr(0, line.find('#'));
    const size_t begin = line.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) {
        return {};
    }
    return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

std::string_view without_byte_order_mark(std::string_view text) {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

}  // namespace

bool read_text_list(const std::string& text, ListReport& report, ListBuilder& builder) {
    std::string_view rest = without_byte_order_mark(text);
    size_t n_wrong = 0;
    for (size_t line = 1; !rest.empty() && n_wrong < kMaxReportedLines; ++line) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view entry = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (builder.is_full()) {
            report.error(fmt::format("more than {} entries", kMaxListEntries));
            return false;
        }
        if (!entry.empty() && !builder.add_prefix(entry, kNoPorts) &&
            !builder.add_domain(entry, kNoPorts)) {
            report.error(fmt::format(
                "line {}: \"{}\" is neither a prefix nor a domain",
                line,
                entry.substr(0, kMaxQuoted)
            ));
            ++n_wrong;
        }
    }
    return n_wrong == 0;
}

}  // namespace egret::control
