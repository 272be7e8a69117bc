// SPDX-License-Identifier: Apache-2.0
#include "control/config/check_value.hpp"

#include "control/config/clean_name.hpp"
#include "control/config/hours.hpp"
#include "control/config/scalars.hpp"
#include "control/config/suggest.hpp"

#include <egret/api/address.hpp>
#include <egret/crypto/key_text.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace egret::control {
namespace {

using Complaint = std::optional<std::string>;

Kind kind_of(Type type) noexcept {
    switch (type) {
        case Type::boolean:
            return Kind::boolean;
        case Type::integer:
            return Kind::integer;
        case Type::number:
            return Kind::number;
        case Type::table:
            return Kind::table;
        default:
            return Kind::text;
    }
}

size_t max_name_bytes(const Key& key) noexcept {
    return key.max < static_cast<int64_t>(kMaxNameBytes) ? static_cast<size_t>(key.max)
                                                         : kMaxNameBytes;
}

Complaint about_name(const Key& key, const std::string& text) {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (text.size() > max_name_bytes(key)) {
        return fmt::format("longer than {} bytes", max_name_bytes(key));
    }
    if (std::ranges::any_of(text, is_control)) {
        return "holds a control character";
    }
    return std::nullopt;
}

Complaint about_range(const Key& key, int64_t value) {
    if (value < key.min) {
        return fmt::format("{} is below the minimum {}", value, key.min);
    }
    if (value > key.max) {
        return fmt::format("{} is above the maximum {}", value, key.max);
    }
    return std::nullopt;
}

Complaint about_number(const Key& key, double value) {
    if (std::isnan(value) || value < static_cast<double>(key.min) ||
        value > static_cast<double>(key.max)) {
        return fmt::format("{} is not between {} and {}", value, key.min, key.max);
    }
    return std::nullopt;
}

std::vector<std::string_view> choices_of(const Key& key) {
    std::vector<std::string_view> choices;
    std::string_view rest = key.choices;
    while (!rest.empty()) {
        const size_t bar = std::min(rest.find('|'), rest.size());
        choices.push_back(rest.substr(0, bar));
        rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    return choices;
}

Complaint about_choice(const Key& key, const std::string& text) {
    const auto choices = choices_of(key);
    if (std::ranges::find(choices, text) != choices.end()) {
        return std::nullopt;
    }
    return fmt::format(
        "\"{}\" is none of {}{}",
        text,
        fmt::join(choices, ", "),
        did_you_mean(text, choices)
    );
}

Complaint unless(bool is_right, const std::string& text, std::string_view what) {
    return is_right ? std::nullopt : Complaint(fmt::format("\"{}\" is not {}", text, what));
}

Complaint about_duration(const Key& key, const std::string& text) {
    constexpr uint64_t kMillisecond = 1'000'000;
    const auto duration = parse_duration(text);
    if (!duration) {
        return fmt::format("\"{}\" is not a duration like \"10s\"", text);
    }
    const auto ms = static_cast<int64_t>(*duration / kMillisecond);
    return ms > key.max ? Complaint(fmt::format("\"{}\" is above the maximum {}ms", text, key.max))
                        : std::nullopt;
}

bool is_source(std::string_view text) noexcept {
    static constexpr std::string_view kHttps = "https://";
    return path_of_file(text) || (text.starts_with(kHttps) && text.size() > kHttps.size());
}

bool is_country(std::string_view text) noexcept {
    return text.size() == 2 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

Complaint about_network(Type type, const std::string& text) {
    switch (type) {
        case Type::address:
            return unless(api::parse_address(text).has_value(), text, "an IP address");
        case Type::endpoint:
            return unless(
                api::parse_endpoint(text).has_value(),
                text,
                "of the form ADDRESS:PORT or [IPV6]:PORT"
            );
        case Type::ports:
            return unless(
                parse_port_range(text).has_value(),
                text,
                "a port or a range like \"8000-8100\""
            );
        case Type::hours:
            return unless(
                parse_hours(text).has_value(),
                text,
                "of the form \"Mon-Fri 08:00-18:00\" or \"22:00-02:00\""
            );
        case Type::domain:
            return unless(parse_domain(text).has_value(), text, "a domain name");
        default:
            return unless(api::parse_prefix(text).has_value(), text, "an address or a prefix");
    }
}

/// The text of a key is not repeated: it may be a secret put in the wrong place.
Complaint about_key(const std::string& text) {
    return crypto::parse_public_key(text)
               ? std::nullopt
               : Complaint("not a key: 44 characters of base64 are needed");
}

/// The strings that are small languages of their own.
Complaint about_text(const Key& key, const std::string& text) {
    switch (key.type) {
        case Type::name:
            return about_name(key, text);
        case Type::choice:
            return about_choice(key, text);
        case Type::key:
            return about_key(text);
        case Type::duration:
            return about_duration(key, text);
        case Type::file:
            return unless(path_of_file(text).has_value(), text, "of the form \"file:PATH\"");
        case Type::source:
            return unless(is_source(text), text, "of the form \"file:PATH\" or \"https://...\"");
        case Type::country:
            return unless(is_country(text), text, "a two-letter country code");
        case Type::address:
        case Type::interface:
        case Type::prefix:
        case Type::endpoint:
        case Type::ports:
        case Type::hours:
        case Type::domain:
            return about_network(key.type, text);
        default:
            return std::nullopt;
    }
}

}  // namespace

Complaint complaint_about(const Key& key, const Value& value) {
    const Kind wanted = kind_of(key.type);
    const bool is_whole_number = wanted == Kind::number && value.kind == Kind::integer;
    if (value.kind != wanted && !is_whole_number) {
        return fmt::format("must be {}, not {}", name_of(wanted), name_of(value.kind));
    }
    switch (wanted) {
        case Kind::integer:
            return about_range(key, value.integer);
        case Kind::number:
            return about_number(
                key,
                is_whole_number ? static_cast<double>(value.integer) : value.number
            );
        case Kind::text:
            return value.text.empty() ? Complaint("must not be empty")
                                      : about_text(key, value.text);
        default:
            return std::nullopt;
    }
}

Complaint remark_on(const Key& key, const Value& value) {
    if (key.type != Type::prefix) {
        return std::nullopt;
    }
    const auto prefix = api::parse_prefix(value.text);
    if (!prefix || api::masked(*prefix) == *prefix) {
        return std::nullopt;
    }
    return fmt::format(
        "\"{}\" has host bits set, taken as {}",
        value.text,
        api::to_text(api::masked(*prefix))
    );
}

}  // namespace egret::control
