// SPDX-License-Identifier: Apache-2.0
#include "control/lists/domain_pattern.hpp"

#include <algorithm>

namespace egret::control {
namespace {

/// Matches a pattern whose stars stay within their label, by the usual greedy walk: after a
/// mismatch the last star takes one character more.
bool matches_within_labels(std::string_view pattern, std::string_view name) noexcept {
    constexpr size_t kNone = std::string_view::npos;
    size_t p = 0;
    size_t n = 0;
    size_t star = kNone;  // place of the last star passed
    size_t taken = 0;     // the last character it stands for
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
            continue;
        }
        if (p < pattern.size() && pattern[p] == '*') {
            star = p;
            taken = n;
        } else {
            ++taken;
        }
        if (star == kNone || name[taken] == '.') {
            return false;
        }
        p = star + 1;
        n = taken + 1;
    }
    return p == pattern.size();
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name) noexcept {
    if (!pattern.starts_with('*')) {
        return matches_within_labels(pattern, name);
    }
    for (size_t taken = 1; taken <= name.size(); ++taken) {
        if (matches_within_labels(pattern.substr(1), name.substr(taken))) {
            return true;
        }
    }
    return false;
}

size_t specificity(std::string_view pattern) noexcept {
    const auto stars = static_cast<size_t>(std::ranges::count(pattern, '*'));
    constexpr size_t kExact = 1024;  // longer than any name
    return pattern.size() - stars + (stars == 0 ? kExact : 0);
}

}  // namespace egret::control
