// SPDX-License-Identifier: Apache-2.0
#include "control/config/scalars.hpp"

#include <algorithm>
#include <charconv>

namespace egret::control {
namespace {

constexpr size_t kMaxNameSize = 253;  // RFC 1035 section 2.3.4, without length bytes
constexpr size_t kMaxLabelSize = 63;

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '*';
}

bool is_label(std::string_view label) noexcept {
    return !label.empty() && label.size() <= kMaxLabelSize &&
           std::ranges::all_of(label, is_name_character);
}

}  // namespace

std::optional<uint32_t> parse_decimal(std::string_view text) noexcept {
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<uint64_t> parse_duration(std::string_view text) noexcept {
    struct Unit {
        std::string_view name;
        uint64_t nanoseconds;
    };

    static constexpr Unit kUnits[] = {
        {"ms", 1'000'000},
        {"s", 1'000'000'000},
        {"m", 60'000'000'000},
        {"h", 3'600'000'000'000},
    };
    static constexpr uint64_t kYear = uint64_t{365} * 24 * kUnits[3].nanoseconds;

    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_decimal(text.substr(0, digits));
    const auto unit = std::ranges::find(kUnits, text.substr(digits), &Unit::name);
    if (!count || unit == std::end(kUnits) || *count > kYear / unit->nanoseconds) {
        return std::nullopt;
    }
    return *count * unit->nanoseconds;
}

std::optional<PortRange> parse_port_range(std::string_view text) noexcept {
    const size_t dash = text.find('-');
    const auto first = parse_decimal(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_decimal(text.substr(dash + 1));
    if (!first || !last || *first < 1 || *first > *last || *last > 65535) {
        return std::nullopt;
    }
    return PortRange{static_cast<uint16_t>(*first), static_cast<uint16_t>(*last)};
}

std::optional<std::vector<PortRange>> parse_port_list(std::string_view text) {
    std::vector<PortRange> ports;
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        std::string_view one = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        while (one.starts_with(' ')) {
            one.remove_prefix(1);
        }
        const auto range = parse_port_range(one);
        if (!range) {
            return std::nullopt;
        }
        ports.push_back(*range);
    }
    return ports;
}

std::optional<std::string> parse_domain(std::string_view text) {
    std::string name(text);
    std::ranges::transform(name, name.begin(), lower);
    if (name.ends_with('.')) {
        name.pop_back();
    }
    if (name.empty() || name.size() > kMaxNameSize) {
        return std::nullopt;
    }
    std::string_view rest = name;
    while (true) {
        const size_t dot = rest.find('.');
        if (!is_label(rest.substr(0, dot))) {
            return std::nullopt;
        }
        if (dot == std::string_view::npos) {
            // A last label of digits alone is an address gone wrong, never a domain.
            const bool is_number = rest.find_first_not_of("0123456789") == std::string_view::npos;
            return is_number ? std::nullopt : std::optional(name);
        }
        rest.remove_prefix(dot + 1);
    }
}

std::optional<std::string_view> path_of_file(std::string_view text) noexcept {
    static constexpr std::string_view kScheme = "file:";
    if (!text.starts_with(kScheme) || text.size() == kScheme.size()) {
        return std::nullopt;
    }
    return text.substr(kScheme.size());
}

}  // namespace egret::control
