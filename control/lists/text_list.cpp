// SPDX-License-Identifier: Apache-2.0
#include "control/lists/text_list.hpp"

#include "control/lists/list_lines.hpp"

#include <algorithm>

namespace egret::control {

bool read_text_list(const std::string& text, ListReport& report, ListBuilder& builder) {
    std::string_view rest = without_byte_order_mark(text);
    size_t n_wrong = 0;
    for (size_t line = 1; !rest.empty() && n_wrong < kMaxReportedLines; ++line) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view whole = rest.substr(0, end);
        const std::string_view entry = trimmed(whole.substr(0, whole.find('#')));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (builder.is_full()) {
            report.error(builder.full_complaint());
            return false;
        }
        if (!entry.empty() && !add_line(entry, line, report, builder)) {
            ++n_wrong;
        }
    }
    return n_wrong == 0;
}

}  // namespace egret::control
