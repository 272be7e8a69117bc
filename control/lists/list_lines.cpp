// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_lines.hpp"

#include <fmt/format.h>

namespace egret::control {

std::string_view without_byte_order_mark(std::string_view text) noexcept {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kSpace = " \t\r";
    const size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool add_line(std::string_view entry, size_t line, ListReport& report, ListBuilder& builder) {
    constexpr size_t kMaxQuoted = 64;
    if (builder.add_prefix(entry, {}) || builder.add_domain(entry, {})) {
        return true;
    }
    report.error(fmt::format(
        "line {}: \"{}\" is neither a prefix nor a domain",
        line,
        entry.substr(0, kMaxQuoted)
    ));
    return false;
}

}  // namespace egret::control
