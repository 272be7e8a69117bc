// SPDX-License-Identifier: Apache-2.0
#include "minisign_text.hpp"

#include "sodium_bytes.hpp"

#include <sodium.h>

#include <algorithm>

namespace egret::crypto {

std::string_view take_line(std::string_view& text) noexcept {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

bool is_comment_text(std::string_view text, size_t max_bytes) noexcept {
    return text.size() <= max_bytes && std::ranges::none_of(text, [](char character) {
               const auto code = static_cast<unsigned char>(character);
               return (code < 0x20 && character != '\t') || code == 0x7f;
           });
}

std::optional<std::string_view>
comment_of(std::string_view line, std::string_view prefix, size_t max_bytes) noexcept {
    if (!line.starts_with(prefix)) {
        return std::nullopt;
    }
    line.remove_prefix(prefix.size());
    return is_comment_text(line, max_bytes) ? std::optional(line) : std::nullopt;
}

bool from_base64(std::string_view text, ByteSpan out) noexcept {
    if (text.size() + 1 != sodium_base64_ENCODED_LEN(out.size(), sodium_base64_VARIANT_ORIGINAL)) {
        return false;
    }
    size_t size_bytes = 0;
    const int status = sodium_base642bin(
        uchars(out),
        out.size(),
        text.data(),
        text.size(),
        nullptr,
        &size_bytes,
        nullptr,
        sodium_base64_VARIANT_ORIGINAL
    );
    return status == 0 && size_bytes == out.size();
}

std::string to_base64(ByteView bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(
        text.data(),
        text.size(),
        uchars(bytes),
        bytes.size(),
        sodium_base64_VARIANT_ORIGINAL
    );
    text.pop_back();  // the terminator
    return text;
}

}  // namespace egret::crypto
