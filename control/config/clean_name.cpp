// SPDX-License-Identifier: Apache-2.0
#include "control/config/clean_name.hpp"

#include <algorithm>

namespace egret::control {

std::string clean_name(std::string_view text, size_t max_bytes) {
    std::string name(text);
    std::ranges::replace_if(
        name,
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
        ' '
    );
    size_t end = std::min(name.size(), max_bytes);
    // A character of several bytes is not cut in two.
    while (end > 0 && end < name.size() && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) {
        --end;
    }
    name.resize(end);
    return name.empty() ? "unnamed" : name;
}

}  // namespace egret::control
