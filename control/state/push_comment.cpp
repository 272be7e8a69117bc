// SPDX-License-Identifier: Apache-2.0
#include "control/state/push_comment.hpp"

#include "control/records/time.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

namespace egret::control {
namespace {

constexpr std::string_view kBlanks = " \t";

/// The next word of `text`, without blanks; quotes keep blanks together and go. Nothing at the end.
std::optional<std::string> take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) {
        return std::nullopt;
    }
    std::string word;
    bool is_quoted = false;
    size_t n = 0;
    for (; n < text.size() && (is_quoted || kBlanks.find(text[n]) == std::string_view::npos); ++n) {
        if (text[n] == '"') {
            is_quoted = !is_quoted;
        } else {
            word += text[n];
        }
    }
    text.remove_prefix(n);
    return word;
}

/// Without parts of a second.
std::string seconds_text(uint64_t unix_ns) {
    constexpr size_t kSize = std::string_view("2026-11-20T08:15:30").size();
    return time_text(unix_ns).substr(0, kSize) + "Z";
}

std::optional<uint64_t> number_of(std::string_view text) {
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, status] = std::from_chars(text.data(), end, number);
    return status == std::errc() && stop == end && number != 0 ? std::optional(number)
                                                               : std::nullopt;
}

}  // namespace

std::string PushComment::text() const {
    const bool needs_quotes = node.find_first_of(kBlanks) != std::string::npos;
    const std::string_view quote = needs_quotes ? "\"" : "";
    return fmt::format(
        "node={}{}{} generation={} expires={}",
        quote,
        node,
        quote,
        generation,
        seconds_text(expires_unix_ns)
    );
}

tl::expected<PushComment, std::string> parse_push_comment(std::string_view comment) {
    std::map<std::string, std::string, std::less<>> values{
        {"node", ""},
        {"generation", ""},
        {"expires", ""}};
    while (const auto word = take_word(comment)) {
        const size_t equals = std::min(word->find('='), word->size());
        const auto known = values.find(word->substr(0, equals));
        if (known == values.end() || equals == word->size()) {
            continue;
        }
        if (!known->second.empty()) {
            return tl::unexpected(fmt::format("says {}= twice", known->first));
        }
        known->second = word->substr(equals + 1);
    }
    for (const auto& [name, value] : values) {
        if (value.empty()) {
            return tl::unexpected(fmt::format("does not say {}=", name));
        }
    }
    const auto generation = number_of(values.at("generation"));
    if (!generation) {
        return tl::unexpected(
            fmt::format("says generation={}, which is no number", values.at("generation"))
        );
    }
    const auto expires = parse_time(values.at("expires"));
    if (!expires) {
        return tl::unexpected(fmt::format(
            "says expires={}, which is no time like 2026-11-20T08:15:30Z",
            values.at("expires")
        ));
    }
    return PushComment{values.at("node"), *generation, *expires};
}

}  // namespace egret::control
