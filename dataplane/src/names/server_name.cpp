// SPDX-License-Identifier: Apache-2.0
#include "names/server_name.hpp"

#include <algorithm>

namespace egret::names {
namespace {

/// The lower-case form of a byte that may stand in a label, else 0. ASCII only, whatever the locale.
char folded(uint8_t byte) noexcept {
    const char letter = static_cast<char>(byte);
    if (letter >= 'A' && letter <= 'Z') {
        return static_cast<char>(letter - 'A' + 'a');
    }
    const bool allowed = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                         letter == '-' || letter == '_';
    return allowed ? letter : '\0';
}

/// No top-level domain is a number, so a last label of digits alone means an IPv4 address (RFC 3696 section 2).
bool ends_in_number(std::string_view name) noexcept {
    const std::string_view last = name.substr(name.rfind('.') + 1);
    return std::ranges::all_of(last, [](char letter) { return letter >= '0' && letter <= '9'; });
}

}  // namespace

bool append_label(api::ServerName& name, std::span<const uint8_t> label) noexcept {
    const size_t dot = name.size_bytes == 0 ? 0 : 1;
    if (label.empty() || label.size() > kMaxLabelSize ||
        name.size_bytes + dot + label.size() > kMaxNameSize) {
        return false;
    }
    if (dot != 0) {
        name.text[name.size_bytes++] = '.';
    }
    for (const uint8_t byte : label) {
        const char letter = folded(byte);
        if (letter == '\0') {
            return false;
        }
        name.text[name.size_bytes++] = letter;
    }
    return true;
}

bool set_from_text(api::ServerName& name, std::span<const uint8_t> text) noexcept {
    name = {};
    if (!text.empty() && text.back() == '.') {
        text = text.first(text.size() - 1);
    }
    for (;;) {
        const auto dot = std::ranges::find(text, uint8_t{'.'});
        const auto label_size = static_cast<size_t>(dot - text.begin());
        if (!append_label(name, text.first(label_size))) {
            return false;
        }
        if (dot == text.end()) {
            return !ends_in_number(name.view());
        }
        text = text.subspan(label_size + 1);
    }
}

}  // namespace egret::names
